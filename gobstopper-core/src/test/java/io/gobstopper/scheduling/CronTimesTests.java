package io.gobstopper.scheduling;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CronTimes}, against lists made by looking at what the clocks on the
 * wall show at each minute of two years.
 */
class CronTimesTests {

	private static final int MINUTES = 2 * 365 * 24 * 60;

	@ParameterizedTest
	@CsvSource({ //
			"Europe/Berlin, 2026", //
			"America/New_York, 2026", //
			"Australia/Lord_Howe, 2026", // half an hour
			"Africa/Cairo, 2024", // at midnight
			"America/Santiago, 2024", // at midnight
			"Pacific/Apia, 2011" }) // a day is left out
	void timesAreThoseOfTheClocksOnTheWall(String zone, int year) {
		Clocks clocks = new Clocks(ZoneId.of(zone), Instant.parse("%d-01-01T00:00:00Z".formatted(year)));
		assertThat(clocks.changes()).isGreaterThanOrEqualTo(4);
		clocks.check("0 30 2 * * *", clocks.calendar((time) -> time.getHour() == 2 && time.getMinute() == 30));
		clocks.check("0 15,45 0-3 * * *",
				clocks.calendar((time) -> time.getHour() <= 3 && time.getMinute() % 30 == 15));
		clocks.check("0 0 0 * * *", clocks.calendar((time) -> time.getHour() == 0 && time.getMinute() == 0));
		clocks.check("@daily", clocks.calendar((time) -> time.getHour() == 0 && time.getMinute() == 0));
		clocks.check("0 */20 2 * * *", clocks.calendar((time) -> time.getHour() == 2 && time.getMinute() % 20 == 0));
		clocks.check("0 0 3 * * SUN", clocks.calendar(
				(time) -> time.getHour() == 3 && time.getMinute() == 0 && time.getDayOfWeek() == DayOfWeek.SUNDAY));
		clocks.check("0 0 * * * *", clocks.shown((time) -> time.getMinute() == 0));
		clocks.check("@hourly", clocks.shown((time) -> time.getMinute() == 0));
		clocks.check("0 */20 * * * *", clocks.shown((time) -> time.getMinute() % 20 == 0));
		clocks.check("0 30 */2 * * *", clocks.shown((time) -> time.getHour() % 2 == 0 && time.getMinute() == 30));
	}

	@Test
	void hourlyStaysHourly() {
		CronTimes times = new CronTimes("0 0 * * * *", ZoneId.of("Europe/Berlin"));
		Instant time = Instant.parse("2026-03-28T00:00:00Z");
		for (int hour = 1; hour <= 24 * 300; hour++) {
			Instant next = times.next(time);
			assertThat(next).isEqualTo(time.plusSeconds(3600));
			time = next;
		}
	}

	@Test
	void expressionThatNeverComesHasNoTime() {
		Instant now = Instant.parse("2026-01-01T00:00:00Z");
		assertThat(new CronTimes("0 0 0 30 2 *", ZoneOffset.UTC).next(now)).isNull();
		assertThat(new CronTimes("0 0 * 30 2 *", ZoneOffset.UTC).next(now)).isNull();
	}

	/**
	 * What the clocks of a place show, minute by minute.
	 */
	private static final class Clocks {

		private final ZoneId zone;

		private final Instant start;

		private final List<LocalDateTime> shown = new ArrayList<>();

		Clocks(ZoneId zone, Instant start) {
			this.zone = zone;
			this.start = start;
			for (int minute = 0; minute < MINUTES; minute++) {
				this.shown.add(LocalDateTime.ofInstant(at(minute), zone));
			}
		}

		private Instant at(int minute) {
			return this.start.plusSeconds(60L * minute);
		}

		int changes() {
			int changes = 0;
			for (int minute = 1; minute < MINUTES; minute++) {
				changes += this.shown.get(minute).equals(this.shown.get(minute - 1).plusMinutes(1)) ? 0 : 1;
			}
			return changes;
		}

		// All minutes at which the clocks show a time.
		SortedSet<Instant> shown(Predicate<LocalDateTime> time) {
			SortedSet<Instant> found = new TreeSet<>();
			for (int minute = 1; minute < MINUTES; minute++) {
				if (time.test(this.shown.get(minute))) {
					found.add(at(minute));
				}
			}
			return found;
		}

		// For each time of the calendar, the first minute at which the clocks show it or
		// a
		// later one.
		SortedSet<Instant> calendar(Predicate<LocalDateTime> time) {
			SortedSet<Instant> found = new TreeSet<>();
			LocalDateTime next = this.shown.get(0).plusMinutes(1);
			for (int minute = 1; minute < MINUTES; minute++) {
				while (!next.isAfter(this.shown.get(minute))) {
					if (time.test(next)) {
						found.add(at(minute));
					}
					next = next.plusMinutes(1);
				}
			}
			return found;
		}

		void check(String expression, SortedSet<Instant> expected) {
			CronTimes times = new CronTimes(expression, this.zone);
			List<Instant> found = new ArrayList<>();
			Instant time = times.next(this.start);
			while (time != null && !time.isAfter(at(MINUTES - 1))) {
				found.add(time);
				time = times.next(time);
			}
			assertThat(found).as(expression).hasSizeGreaterThan(100).containsExactlyElementsOf(expected);
		}

	}

}
