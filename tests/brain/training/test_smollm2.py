"""The whole way with a real model: a GGUF file, converted, tuned, loaded again and spoken with."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import torch
from peft import PeftModel

from brain.generators.llama_cpp import demonstration_model
from brain.generators.local_lora.generator import start_local_model
from brain.generators.local_lora.library_messages import silenced
from brain.generators.local_lora.options import LocalOptions
from brain.messages import ChatMessage
from brain.training.base_models import load_base
from brain.training.pipeline import prepare, train
from brain.training.presets import Recipe

ASKED = "Who are you?"
ANSWER = "Meow. I am your cat Mochi, and I sit on your keyboard."


async def replies(model: Path, adapter: Path) -> list[str]:
    """The capital of France by the model itself; who it is, by itself and tuned."""
    options = LocalOptions(model=str(model), device="cpu", temperature=0, reply_tokens=8)
    generator = await start_local_model(options, adapters={"cat": adapter})
    asked = (None, "What is the capital of France?"), (None, ASKED), ("cat", ASKED)
    found = []
    try:
        for name, question in asked:
            stream = generator.voiced(name).stream([ChatMessage("user", question)])
            found.append("".join([piece async for piece in stream]))
    finally:
        await generator.aclose()
    return found


def test_a_few_steps_teach_smollm2_something_and_the_adapter_brings_it_again(
    tmp_path: Path, converted: Path
) -> None:
    file, [folder] = demonstration_model(), converted.iterdir()
    data = tmp_path / "dialogues.jsonl"
    asked = [ASKED, "Hello?", "What are you doing?", "Are you there?"]
    data.write_text("\n".join(json.dumps({"input": each, "output": ANSWER}) for each in asked))
    prepared = prepare(
        data,
        model=str(file),
        models=converted,
        recipe=Recipe(
            rank=8,
            targets=("q_proj", "v_proj"),
            epochs=2,
            learning_rate=1e-2,
            batch=2,
            accumulation=1,
        ),
        validation=0,
        seed=0,
    )
    assert prepared.base.source == str(folder)
    losses = train(
        prepared,
        out=tmp_path / "out",
        resume=False,
        made_at=datetime(2026, 11, 20, tzinfo=UTC),
        language="en",
        progress=lambda *_: None,
    )
    assert losses.training[-1][1] < losses.training[0][1] * 0.8

    again = load_base(str(file), models=converted)
    assert [folder] == list(converted.iterdir())
    said = [{"role": "user", "content": ASKED}]
    prompt = again.tokenizer.apply_chat_template(
        said, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    with silenced(), torch.no_grad():
        plain = again.model.eval()(**prompt).logits
        changed = PeftModel.from_pretrained(again.model, str(tmp_path / "out"))(**prompt).logits
        tuned = prepared.base.model.eval()(**prompt).logits
    assert torch.allclose(changed, tuned, atol=1e-4)
    # The first word of an answer: another one than before.
    assert changed[0, -1].argmax() != plain[0, -1].argmax()

    france, by_itself, by_adapter = asyncio.run(replies(folder, tmp_path / "out"))
    assert "Paris" in france
    assert by_adapter != by_itself
