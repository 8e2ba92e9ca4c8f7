"""What is measured, in the names that dashboards and alerts depend on (docs/operations.md).

Every label has few values, all known beforehand: a time series costs memory here and in whatever collects it.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.domain.outcomes import Result

_ACK_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
_CLOUD_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
# There from the start: of a series that begins with 1, what is counted first would never ring an alert.
_OUTCOMES = ("created", "refused", "in_doubt")
# Nothing is said of what is not known, such as what is in a database that does not answer.
Value = Callable[[], float | None]


class Metrics:
    """Those of one process, in a registry of its own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "registry_bot_requests",
            "Requests that came to their end, by what became of them",
            ["outcome"],
            registry=self._registry,
        )
        for each in _OUTCOMES:
            self._requests.labels(each)
        self._acks = Histogram(
            "registry_bot_ack_seconds",
            "How long Slack waited for an answer, by what handled it",
            ["handler"],
            buckets=_ACK_BUCKETS,
            registry=self._registry,
        )
        self._codearts = Histogram(
            "registry_bot_codearts_seconds",
            "How long a call to CodeArts took, by operation and by what came of it",
            ["operation", "result"],
            buckets=_CLOUD_BUCKETS,
            registry=self._registry,
        )
        self._slack = Counter(
            "registry_bot_slack_calls",
            "Calls of Slack's Web API, by method and by what came of them",
            ["method", "result"],
            registry=self._registry,
        )

    def request_ended(self, outcome: Result) -> None:
        """A request has come to its end."""
        self._requests.labels(outcome.kind).inc()

    def acknowledged(self, handler: str, seconds: float) -> None:
        """Slack got its answer."""
        self._acks.labels(handler).observe(seconds)

    def codearts_answered(self, operation: str, result: str, seconds: float) -> None:
        """CodeArts answered, or did not."""
        self._codearts.labels(operation, result).observe(seconds)

    def slack_answered(self, method: str, result: str) -> None:
        """Slack answered, or did not."""
        self._slack.labels(method, result).inc()

    def gauge(self, name: str, meaning: str, value: Value) -> None:
        """A value that goes up and down; it is asked whenever somebody looks."""
        self._registry.register(_Read(name, meaning, value, GaugeMetricFamily))

    def counter(self, name: str, meaning: str, value: Value) -> None:
        """A value that only goes up, and is counted elsewhere; its name gets `_total`."""
        self._registry.register(_Read(name, meaning, value, CounterMetricFamily))

    def page(self, accept: str) -> tuple[bytes, str]:
        """All of them as text, and its content type, in the newest form that `accept` (an HTTP header) allows."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type


class _Read(Collector):
    def __init__(self, name: str, meaning: str, value: Value, family: Callable[..., Metric]) -> None:
        self._name, self._meaning, self._value, self._family = name, meaning, value, family

    def collect(self) -> Iterator[Metric]:
        value = self._value()
        if value is not None:
            yield self._family(self._name, self._meaning, value=value)

    def describe(self) -> Iterator[Metric]:
        yield self._family(self._name, self._meaning)
