"""A minimal bot on python-telegram-bot alone that repeats every message."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.updates import SECRET_HEADER

App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE


async def _echo(update: Update, _: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(update.effective_message.text or "")


async def _choose(update: Update, _: Context) -> None:
    assert update.effective_message is not None
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    await update.effective_message.reply_text("Well?", reply_markup=keys)


async def _chosen(update: Update, _: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Thanks")
    await update.callback_query.edit_message_text(f"You said {update.callback_query.data}")


def build(server: TelegramServer, *, polls: bool) -> App:
    """Returns the bot, not yet started."""
    builder = (
        Application.builder()
        .token(server.token)
        .base_url(server.base_url)
        .base_file_url(server.base_file_url)
    )
    app: App = (builder if polls else builder.updater(None)).build()
    app.add_handler(CommandHandler("choose", _choose))
    app.add_handler(CallbackQueryHandler(_chosen))
    app.add_handler(MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, _echo))
    return app


@asynccontextmanager
async def polling(server: TelegramServer) -> AsyncIterator[App]:
    """Runs the bot with long polling."""
    app = build(server, polls=True)
    assert app.updater is not None
    async with app:
        await app.start()
        await app.updater.start_polling(poll_interval=0, timeout=10, bootstrap_retries=-1)
        try:
            yield app
        finally:
            await app.updater.stop()
            await app.stop()


@asynccontextmanager
async def behind_webhook(server: TelegramServer, *, secret: str) -> AsyncIterator[App]:
    """Runs the bot behind a webhook, with a server of its own."""
    app = build(server, polls=False)

    async def receive(request: web.Request) -> web.Response:
        if request.headers.get(SECRET_HEADER) != secret:
            return web.Response(status=403)
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", receive)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with app:
            await app.start()
            port = runner.addresses[0][1]
            await app.bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token=secret)
            yield app
            await app.stop()
    finally:
        await runner.cleanup()
