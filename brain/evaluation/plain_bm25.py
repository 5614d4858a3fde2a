"""Plain BM25 over what a person said so far: the baseline that recall is compared with.

The formula is that of Robertson and Zaragoza (2009) with the weight of a word that Lucene takes,
ln(1 + (N - n + 0.5) / (n + 0.5)), and the parameters that Lucene and Elasticsearch have by default.
Words are stemmed by Snowball, and function words are left out of a question, as is usual; Chinese
is searched by characters and pairs of characters. None of that was tuned here.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection

from brain.ids import MemoryId
from brain.memory.lexical import query_terms, terms

K1 = 1.2
B = 0.75


class PlainBM25:
    """An index of texts in memory."""

    def __init__(self) -> None:
        self._waiting: dict[MemoryId, str] = {}
        self._postings: defaultdict[str, dict[MemoryId, int]] = defaultdict(dict)
        self._lengths: dict[MemoryId, int] = {}

    def add(self, memory_id: MemoryId, text: str) -> None:
        """Add a text under an id that the index does not have yet."""
        # Texts are stemmed by the next search, as there may be none.
        self._waiting[memory_id] = text

    def search(
        self, query: str, *, limit: int, without: Collection[MemoryId] = ()
    ) -> list[tuple[MemoryId, float]]:
        """Returns the best texts that share a term with the query and their scores, best first."""
        self._index()
        documents = len(self._lengths)
        average = sum(self._lengths.values()) / max(documents, 1)
        scores: defaultdict[MemoryId, float] = defaultdict(float)
        for term in set(query_terms(query)):
            postings = self._postings.get(term, {})
            weight = math.log(1.0 + (documents - len(postings) + 0.5) / (len(postings) + 0.5))
            for memory_id, count in postings.items():
                norm = K1 * (1.0 - B + B * self._lengths[memory_id] / average)
                scores[memory_id] += weight * count * (K1 + 1.0) / (count + norm)
        found = ((one, score) for one, score in scores.items() if one not in without)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _index(self) -> None:
        for memory_id, text in self._waiting.items():
            found = terms(text)
            self._lengths[memory_id] = len(found)
            for term, count in Counter(found).items():
                self._postings[term][memory_id] = count
        self._waiting.clear()
