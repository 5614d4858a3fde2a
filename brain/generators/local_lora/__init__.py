"""Language models on this machine, through PyTorch, with many LoRA adapters in one batch."""
