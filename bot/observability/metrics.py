"""The metrics, under the names that dashboards and alerts depend on (docs/operations.md).

Every label has few values, all known beforehand, because each time series costs memory here and in the collector.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.domain.outcomes import Result

_ACK_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
_CLOUD_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
# Present from the start: if a series began with 1, no alert would notice the first count.
_OUTCOMES = ("created", "refused", "in_doubt")
# None if the value is unknown, for example while the database does not answer; the metric is then left out.
Value = Callable[[], float | None]


class Metrics:
    """The metrics of one process, in their own registry."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "registry_bot_requests",
            "Finished requests, by outcome",
            ["outcome"],
            registry=self._registry,
        )
        for each in _OUTCOMES:
            self._requests.labels(each)
        self._acks = Histogram(
            "registry_bot_ack_seconds",
            "How long Slack waited for an answer, by handler",
            ["handler"],
            buckets=_ACK_BUCKETS,
            registry=self._registry,
        )
        self._codearts = Histogram(
            "registry_bot_codearts_seconds",
            "How long a call to CodeArts took, by operation and result",
            ["operation", "result"],
            buckets=_CLOUD_BUCKETS,
            registry=self._registry,
        )
        self._slack = Counter(
            "registry_bot_slack_calls",
            "Calls of Slack's Web API, by method and result",
            ["method", "result"],
            registry=self._registry,
        )

    def request_ended(self, outcome: Result) -> None:
        """Count a request that has ended."""
        self._requests.labels(outcome.kind).inc()

    def acknowledged(self, handler: str, seconds: float) -> None:
        """Record how long Slack waited for an answer."""
        self._acks.labels(handler).observe(seconds)

    def codearts_answered(self, operation: str, result: str, seconds: float) -> None:
        """Record a call to CodeArts, answered or not."""
        self._codearts.labels(operation, result).observe(seconds)

    def slack_answered(self, method: str, result: str) -> None:
        """Count a call to Slack, answered or not."""
        self._slack.labels(method, result).inc()

    def gauge(self, name: str, meaning: str, value: Value) -> None:
        """Add a value that goes up and down; it is read at each scrape."""
        self._registry.register(_Read(name, meaning, value, GaugeMetricFamily))

    def counter(self, name: str, meaning: str, value: Value) -> None:
        """Add a value that only goes up and is counted elsewhere; `_total` is appended to its name."""
        self._registry.register(_Read(name, meaning, value, CounterMetricFamily))

    def page(self, accept: str) -> tuple[bytes, str]:
        """All metrics as text and their content type, in the newest format that `accept` (an HTTP header) allows."""
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
