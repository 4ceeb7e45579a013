"""An answer of the S3 protocol that arrives beside others."""

from hashlib import sha256
from typing import Never

from operations.swap.s3_direct import Direct
from operations.swap.s3_exchange import Answer, Asked

__all__ = ["Arriving"]


class Arriving:
    """It, as it comes: `answer` is None until all of it did, and stays None where that fails. `content`: its bytes are kept, not hashed."""

    def __init__(self, direct: Direct, asked: Asked, *, content: bool = False) -> None:
        self._direct, self._asked, self._content = direct, asked, content
        self.place, self.patience = asked.sock.fileno(), asked.sock.gettimeout()
        self._hash = sha256()
        self._answer: Answer | None = None
        self.answer: Answer | None = None

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return self._hash.hexdigest()

    def take(self, into: memoryview) -> bool:
        """Take what came; whether no more is waited for."""
        over = self._direct.tried(lambda: self._took(into))
        return over is None or over

    def give_up(self) -> None:
        """End its connection; for a while botocore alone asks."""
        self._asked.close()
        self._direct.tried(_late)

    def _took(self, into: memoryview) -> bool:
        came = self._answer is not None
        self._answer = answer = self._answer or self._asked.answer(whole=self._content)
        filled = 0
        while answer.body.left and (came or answer.body.at_hand):
            filled += answer.body.readinto(into[filled:])
            came = False
            if filled == len(into):
                self._hash.update(into)
                filled = 0
        self._hash.update(into[:filled])
        if not answer.body.left:
            self.answer = answer
        return self.answer is not None


def _late() -> Never:
    raise TimeoutError
