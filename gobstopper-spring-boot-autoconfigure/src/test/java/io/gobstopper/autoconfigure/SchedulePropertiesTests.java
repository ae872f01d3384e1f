package io.gobstopper.autoconfigure;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.mock.env.MockEnvironment;

import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.scheduling.ScheduleSettings;
import io.gobstopper.scheduling.ScheduleSettings.Own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ScheduleProperties}.
 */
class SchedulePropertiesTests {

	private static final ZoneId UTC = ZoneId.of("UTC");

	@Test
	void propertiesOfSchedulesAreBoundByName() {
		ScheduleSettings settings = settings("gobstopper.schedules.zone", "Asia/Tokyo",
				"gobstopper.schedules.nightly_report.cron", "@daily", "gobstopper.schedules.nightly_report.zone",
				"Europe/Berlin", "gobstopper.schedules[a.b].every", "5m", "gobstopper.schedules.cleanUp.enabled",
				"false");
		assertThat(settings.zone()).isEqualTo(UTC);
		assertThat(settings.byName()).containsExactlyInAnyOrderEntriesOf(
				Map.of("nightlyreport", new Own("@daily", null, ZoneId.of("Europe/Berlin"), true), "ab",
						new Own(null, Duration.ofMinutes(5), null, true), "cleanup", new Own(null, null, null, false)));
	}

	@Test
	void nothingIsSaidWithoutProperties() {
		assertThat(settings().byName()).isEmpty();
	}

	@Test
	void whatIsWrongIsRefused() {
		assertThatExceptionOfType(InvalidGobstopperPropertiesException.class)
			.isThrownBy(() -> settings("gobstopper.schedules.a.cron", "0 0 25 * * *"));
		assertThatExceptionOfType(InvalidGobstopperPropertiesException.class)
			.isThrownBy(() -> settings("gobstopper.schedules.a.every", "10ms"))
			.withStackTraceContaining("'every' must be at least one second");
		assertThatExceptionOfType(InvalidGobstopperPropertiesException.class)
			.isThrownBy(() -> settings("gobstopper.schedules.a.every", "1h", "gobstopper.schedules.a.cron", "@daily"))
			.withStackTraceContaining("'cron' and 'every' must not both be set");
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> settings("gobstopper.schedules.a.crom", "@daily"));
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> settings("gobstopper.schedules.a.zone", "Berlin"));
	}

	private static ScheduleSettings settings(String... properties) {
		MockEnvironment environment = new MockEnvironment();
		for (int i = 0; i < properties.length; i += 2) {
			environment.setProperty(properties[i], properties[i + 1]);
		}
		return ScheduleProperties.settings(environment, UTC);
	}

}
