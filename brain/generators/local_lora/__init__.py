"""Models on this machine through PyTorch, with any number of LoRA adapters in one batch."""
