"""Where others reach the bot: Slack over HTTP or Socket Mode, and monitoring at the management port."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients import slack_client
from bot.config import Settings
from bot.net.listening import listen
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.observability.pending import Pending
from bot.slack.inbound import http
from bot.slack.inbound.elsewhere import reject_unserved
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.listeners import Listener
from bot.slack.inbound.router import build_bolt
from bot.slack.inbound.signatures import RefusedSignatures
from bot.slack.inbound.socket_mode.client import SocketModeClient
from bot.slack.inbound.telling import Teller

FINISH_SECONDS = 5.0  # for requests that have already arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAddresses:
    """Where the bot listens, as `http://host:port`; `management` is None if that port is not set."""

    main: str
    management: str | None


def bolt_for(
    settings: Settings,
    session: aiohttp.ClientSession,
    *,
    identity: Identity,
    teller: Teller,
    listeners: Iterable[Listener],
) -> AsyncApp:
    """The Bolt app of this installation."""
    secrets = settings.signing_secrets
    return build_bolt(
        signing_secret=next(iter(secrets), ""),
        previous_secret=secrets[-1] if len(secrets) > 1 else None,
        client=slack_client(settings, session, with_token=False),
        authorize=identity.authorize,
        app_id=lambda: identity.app_id,
        teller=teller,
        contact=settings.support_contact,
        listeners=listeners,
    )


def socket_for(
    settings: Settings, bolt: AsyncApp, client: AsyncWebClient, session: aiohttp.ClientSession, metrics: Metrics
) -> SocketModeClient | None:
    """The client for Socket Mode, if it is used."""
    if settings.slack_app_token is None:
        return None
    token = settings.slack_app_token.get_secret_value()
    socket = SocketModeClient(
        bolt=bolt, app_token=token, client=client, session=session, acknowledged=metrics.acknowledged
    )
    metrics.gauge("registry_bot_socket_connected", "1 while Slack's socket is open", lambda: float(socket.connected))
    return socket


@contextlib.asynccontextmanager
async def open_doors(
    settings: Settings,
    *,
    bolt: AsyncApp,
    health: Health,
    metrics: Metrics,
    pending: Pending,
    refused: RefusedSignatures,
) -> AsyncIterator[ListenAddresses]:
    """Listen while the context is open; `refused` counts requests with a wrong signature. Raises `CannotStart`."""
    async with contextlib.AsyncExitStack() as stack:
        management = None
        if settings.management_port is not None:
            door = listen(
                _management(health, metrics, pending),
                host=settings.management_host,
                port=settings.management_port,
                drain_seconds=0,
                names=("MANAGEMENT_HOST", "MANAGEMENT_PORT"),
            )
            management = await stack.enter_async_context(door)
        routes = _main(health)
        if settings.slack_app_token is None:
            metrics.counter(
                "registry_bot_refused_signatures", "Requests that were refused for their signature", refused.count
            )
            routes.router.add_post(http.PATH, http.events_handler(bolt, refused, metrics.acknowledged))
        main = await stack.enter_async_context(
            listen(routes, host=settings.host, port=settings.port, drain_seconds=FINISH_SECONDS)
        )
        yield ListenAddresses(main=main, management=management)


def _main(health: Health) -> web.Application:
    middlewares = [_last_answer_of_a_connection(health), reject_unserved]
    routes = web.Application(client_max_size=http.BODY_MAX_BYTES, middlewares=middlewares)
    health.add_routes(routes)
    return routes


def _management(health: Health, metrics: Metrics, pending: Pending) -> web.Application:
    async def show(request: web.Request) -> web.Response:
        await pending.refresh()
        page, content_type = metrics.page(request.headers.get("Accept", ""))
        return web.Response(body=page, headers={"Content-Type": content_type})

    routes = web.Application()
    routes.router.add_get("/metrics", show)
    health.add_routes(routes, reasons=True)
    return routes


def _last_answer_of_a_connection(health: Health) -> Middleware:
    """While the process stops, close each connection after its answer, not when the next request arrives."""

    @web.middleware
    async def serve(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if health.stopping:
            response.force_close()
        return response

    return serve
