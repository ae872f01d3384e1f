package io.gobstopper.handler;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.error.DuplicateTaskNameException;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.schedule.GobstopperSchedule;
import io.gobstopper.schedule.MissedTimes;
import io.gobstopper.schedule.Overlap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ScheduleReader}: what annotations say, and what stops the start.
 */
class ScheduleReaderTests {

	@Test
	void annotationIsRead() {
		assertThat(schedules(new Good())).containsExactlyInAnyOrder(
				new ScheduleDeclaration("report", "0 30 2 * * *", null, ZoneId.of("Europe/Berlin"),
						MissedTimes.RUN_ONCE, Duration.ofDays(1), Overlap.SKIP, Duration.ZERO),
				new ScheduleDeclaration("often", null, Duration.ofMinutes(5), null, MissedTimes.RUN_ALL,
						Duration.ofHours(1), Overlap.ALLOW, Duration.ofSeconds(30)),
				new ScheduleDeclaration("off", "-", null, null, MissedTimes.RUN_ONCE, Duration.ofDays(1), Overlap.SKIP,
						Duration.ZERO));
	}

	@Test
	void argumentsThatMayBeLeftOutAreNoHindrance() {
		assertThat(schedules(new Optionals())).hasSize(1);
	}

	@Test
	void whatIsWrongStopsTheStart() {
		assertRefused(new NeitherCronNorEvery(), "a schedule has either 'cron' or 'every', and not both");
		assertRefused(new CronAndEvery(), "a schedule has either 'cron' or 'every', and not both");
		assertRefused(new WrongCron(), "'cron' is not valid: Cron expression must consist of 6 fields");
		assertRefused(new TooOften(), "'every' must be at least one second, but is PT0.5S");
		assertRefused(new NoDuration(), "sometimes");
		assertRefused(new NoZone(), "'zone' is no time zone: 'Berlin'; use one such as Europe/Berlin");
		assertRefused(new NegativeJitter(), "'jitter' must not be negative");
		assertRefused(new NegativeMissedWithin(), "'missedWithin' must not be negative");
		assertRefused(new NeedsAnArgument(), "a schedule has no arguments to give");
		assertRefused(new NameInAddress(), "must not contain a slash");
		assertRefused(new NoTask(), "has a @GobstopperSchedule but no @GobstopperTask; add one");
	}

	@Test
	void twoOfOneNameStopTheStart() {
		assertThatExceptionOfType(DuplicateTaskNameException.class)
			.isThrownBy(() -> schedules(new Good(), new SameName()))
			.withMessageContaining("The schedule name 'often' is used twice")
			.withMessageContaining("SameName.other");
		assertThatExceptionOfType(DuplicateTaskNameException.class).isThrownBy(() -> schedules(new TwiceUnnamed()))
			.withMessageContaining("The schedule name 'twice' is used twice");
	}

	private static void assertRefused(Object bean, String reason) {
		assertThatExceptionOfType(InvalidTaskHandlerException.class).isThrownBy(() -> schedules(bean))
			.withMessageContaining(bean.getClass().getName() + ".work")
			.withMessageContaining(reason);
	}

	private static List<ScheduleDeclaration> schedules(Object... beans) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("test", Map.of("zone", "Europe/Berlin")));
			for (Object bean : beans) {
				context.getBeanFactory().registerSingleton(bean.getClass().getName(), bean);
			}
			context.refresh();
			TaskHandlers handlers = new TaskHandlers(
					new TaskHandlerScanner(context.getBeanFactory(), StorageJson.with(List.of()).mapper(),
							new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofSeconds(9), 0), List.of()));
			handlers.afterSingletonsInstantiated();
			return handlers.scheduled().stream().flatMap((handler) -> handler.schedules().stream()).toList();
		}
	}

	static class Good {

		@GobstopperTask("report")
		@GobstopperSchedule(cron = "${cron:0 30 2 * * *}", zone = "${zone}")
		@GobstopperSchedule(name = "often", every = "5m", missed = MissedTimes.RUN_ALL, missedWithin = "1h",
				overlap = Overlap.ALLOW, jitter = "30s")
		@GobstopperSchedule(name = "off", cron = GobstopperSchedule.OFF)
		void report() {
		}

	}

	static class Optionals {

		@GobstopperTask("optional")
		@GobstopperSchedule(every = "1h")
		void work(@Nullable String one, Optional<String> other, TaskContext context) {
		}

	}

	static class NeitherCronNorEvery {

		@GobstopperTask("work")
		@GobstopperSchedule
		void work() {
		}

	}

	static class CronAndEvery {

		@GobstopperTask("work")
		@GobstopperSchedule(cron = "@daily", every = "1h")
		void work() {
		}

	}

	static class WrongCron {

		@GobstopperTask("work")
		@GobstopperSchedule(cron = "0 2 * * *")
		void work() {
		}

	}

	static class TooOften {

		@GobstopperTask("work")
		@GobstopperSchedule(every = "500ms")
		void work() {
		}

	}

	static class NoDuration {

		@GobstopperTask("work")
		@GobstopperSchedule(every = "sometimes")
		void work() {
		}

	}

	static class NoZone {

		@GobstopperTask("work")
		@GobstopperSchedule(cron = "@daily", zone = "Berlin")
		void work() {
		}

	}

	static class NegativeJitter {

		@GobstopperTask("work")
		@GobstopperSchedule(every = "1h", jitter = "-1s")
		void work() {
		}

	}

	static class NegativeMissedWithin {

		@GobstopperTask("work")
		@GobstopperSchedule(every = "1h", missedWithin = "-1s")
		void work() {
		}

	}

	static class NeedsAnArgument {

		@GobstopperTask("work")
		@GobstopperSchedule(every = "1h")
		void work(String argument) {
		}

	}

	static class NameInAddress {

		@GobstopperTask("work")
		@GobstopperSchedule(name = "a/b", every = "1h")
		void work() {
		}

	}

	static class NoTask {

		@GobstopperSchedule(every = "1h")
		void work() {
		}

	}

	static class SameName {

		@GobstopperTask("other")
		@GobstopperSchedule(name = "often", every = "1h")
		void other() {
		}

	}

	static class TwiceUnnamed {

		@GobstopperTask("twice")
		@GobstopperSchedule(every = "1h")
		@GobstopperSchedule(every = "2h")
		void work() {
		}

	}

}
