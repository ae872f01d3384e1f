package io.gobstopper;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How urgent a task is among those of its category: higher first, first in first out
 * within one priority.
 */
public enum TaskPriority {

	/**
	 * After everything else.
	 */
	LOW(1),

	/**
	 * The default.
	 */
	NORMAL(2),

	/**
	 * Before normal work.
	 */
	HIGH(3),

	/**
	 * Before everything else.
	 */
	CRITICAL(4);

	private final int level;

	TaskPriority(int level) {
		this.level = level;
	}

	/**
	 * Returns the stored number, 1 (low) to 4 (critical).
	 * @return the level
	 */
	public int level() {
		return this.level;
	}

	/**
	 * Returns the lower-case name, as stored and shown.
	 * @return the value
	 */
	@JsonValue
	public String value() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Returns the priority of a stored number.
	 * @param level 1 to 4
	 * @return the priority
	 * @throws IllegalArgumentException if there is none
	 */
	public static TaskPriority ofLevel(int level) {
		for (TaskPriority priority : values()) {
			if (priority.level == level) {
				return priority;
			}
		}
		throw new IllegalArgumentException("No task priority has level %d; levels are 1 to 4".formatted(level));
	}

	/**
	 * Returns the priority of a name in any case.
	 * @param value such as {@code high}
	 * @return the priority
	 * @throws IllegalArgumentException if there is none
	 */
	@JsonCreator
	public static TaskPriority of(String value) {
		return valueOf(value.toUpperCase(Locale.ROOT));
	}

}
