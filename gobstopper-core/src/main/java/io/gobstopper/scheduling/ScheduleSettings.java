package io.gobstopper.scheduling;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of schedules that are declared in code.
 *
 * @param zone the time zone of those that name none
 * @param byName what it says of single ones, by their names, of which only letters and
 * digits count
 */
public record ScheduleSettings(ZoneId zone, Map<String, Own> byName) {

	/**
	 * Nothing, and UTC.
	 */
	public static final ScheduleSettings NONE = new ScheduleSettings(ZoneId.of("UTC"), Map.of());

	public ScheduleSettings {
		Map<String, Own> canonical = new HashMap<>();
		byName.forEach((name, own) -> canonical.put(canonical(name), own));
		byName = Map.copyOf(canonical);
	}

	/**
	 * Returns what it says of one.
	 * @param name the name of the schedule
	 * @return what it says, or {@code null} if nothing
	 */
	@Nullable Own of(String name) {
		return this.byName.get(canonical(name));
	}

	/**
	 * Returns of which schedules it says something that are not declared.
	 * @param declared the names of those that are
	 * @return the names of the others, as they are compared
	 */
	Set<String> unknown(Collection<String> declared) {
		Set<String> unknown = new TreeSet<>(this.byName.keySet());
		declared.forEach((name) -> unknown.remove(canonical(name)));
		return unknown;
	}

	// Keys of properties lose what is neither letter nor digit.
	private static String canonical(String name) {
		return name.chars()
			.filter(Character::isLetterOrDigit)
			.map(Character::toLowerCase)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	/**
	 * What it says of one.
	 *
	 * @param cron the expression instead of what is declared
	 * @param every the interval instead of what is declared
	 * @param zone the time zone instead of what is declared
	 * @param enabled whether it enqueues anything
	 */
	public record Own(@Nullable String cron, @Nullable Duration every, @Nullable ZoneId zone, boolean enabled) {

	}

}
