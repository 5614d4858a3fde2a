"""How hypothesis runs here, whatever the machine is and however busy it is."""

from hypothesis import HealthCheck, settings


def test_a_slow_machine_fails_no_test_that_draws_examples() -> None:
    # Of the process: pytest runs this within no drawn test.
    default = settings.get_profile("siliconfriend")
    assert settings.default is not None
    assert settings.default.deadline is default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
