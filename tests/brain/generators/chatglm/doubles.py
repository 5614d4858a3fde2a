"""A SentencePiece model without its file: one piece a character, and the special tokens."""

NAMED = ["<n>", "<|tab|>", *(f"<|blank_{count}|>" for count in range(2, 81))]
SPECIAL = ["[MASK]", "[gMASK]", "[sMASK]", "<unused_0>", "<sop>", "<eop>"]
LETTERS = [chr(number) for number in range(33, 127)] + list("▁问答：你好吗我很今天怎么样了")
PIECES = ["<unk>", "<s>", "</s>", "<pad>", *LETTERS, *NAMED, *SPECIAL]


class CharacterPieces:
    """Fulfils `Pieces`."""

    def encode_as_pieces(self, text: str) -> list[str]:
        found, rest = [], "▁" + text.replace(" ", "▁")
        while rest:
            name = next((name for name in NAMED if rest.startswith(name)), rest[0])
            found.append(name)
            rest = rest[len(name) :]
        return found

    def piece_to_id(self, piece: str) -> int:
        return PIECES.index(piece) if piece in PIECES else 0

    def id_to_piece(self, number: int) -> str:
        return PIECES[number]

    def get_piece_size(self) -> int:
        return len(PIECES)
