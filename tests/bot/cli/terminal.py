"""Runs the command line at a terminal of 80 columns, and types what a host would type."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Sequence
from pathlib import Path

from tests.bot.running import COMMAND, PATIENCE, environment

COLUMNS = 80
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")


class Terminal:
    """A process at a terminal.

    Attributes:
        shown: what it has shown so far, without what moves the cursor or colours the text.
    """

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self._process = process
        self._master = master
        self._read = 0
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._follow())
        self._raw = ""

    @property
    def shown(self) -> str:
        return _CONTROL.sub("", self._raw)

    async def answer(self, question: str, typed: str) -> None:
        """Wait until a question is asked that was not asked before the last answer, then type a line."""
        await self.asked(question)
        self._read = len(self.shown)
        os.write(self._master, typed.encode() + b"\n")

    async def asked(self, question: str) -> None:
        """Wait until a question is asked that was not asked before the last answer."""
        # The last space is shown when what is typed will be read. What was typed before is thrown away.
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self._asks(question) or self._reading.done())
        assert self._asks(question), self.shown

    def _asks(self, question: str) -> bool:
        return question in self.shown[self._read :] and self.shown.endswith(": ")

    def press_ctrl_c(self) -> None:
        os.write(self._master, b"\x03")

    async def end(self) -> int:
        """Wait for the end and return the exit code."""
        async with asyncio.timeout(PATIENCE):
            await self._reading
            return await self._process.wait()

    async def close(self) -> None:
        """Kill the process if it still runs."""
        if self._process.returncode is None:
            self._process.kill()
        await self.end()
        os.close(self._master)

    async def _follow(self) -> None:
        while True:
            try:
                data = await asyncio.to_thread(os.read, self._master, 4096)
            except OSError:  # the terminal is gone with its last process
                data = b""
            async with self._news:
                self._raw += data.decode(errors="replace")
                self._news.notify_all()
            if not data:
                return


async def at_a_terminal(folder: Path, arguments: Sequence[str], **env: str) -> Terminal:
    """Start the command line in `folder` at a terminal of its own."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    settings = {**environment(folder, env), "COLUMNS": str(COLUMNS), "TERM": "xterm"}

    def take_terminal() -> None:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        cwd=folder,
        env=settings,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=take_terminal,
    )
    os.close(slave)
    return Terminal(process, master)
