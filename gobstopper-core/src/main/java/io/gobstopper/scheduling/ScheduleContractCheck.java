package io.gobstopper.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import io.gobstopper.handler.EncodedArguments;
import io.gobstopper.handler.HandlerFit;
import io.gobstopper.store.schedule.ScheduleReads;
import io.gobstopper.store.schedule.StoredSchedule;

/**
 * Looks whether the handlers of this application fit the tasks that the schedules enqueue
 * which are kept as data; what is declared in code fits it. Nothing is run or changed.
 */
public final class ScheduleContractCheck {

	private final HandlerFit fit;

	private final Collection<String> categories;

	/**
	 * Creates the check.
	 * @param fit what can be run
	 * @param categories the categories that this process runs, empty for all
	 */
	public ScheduleContractCheck(HandlerFit fit, Collection<String> categories) {
		this.fit = fit;
		this.categories = List.copyOf(categories);
	}

	/**
	 * Looks.
	 * @param schedules where the schedules are
	 * @return a sentence for each schedule whose tasks cannot be run, without any of
	 * their values
	 */
	public List<String> findMisfits(ScheduleReads schedules) {
		List<String> misfits = new ArrayList<>();
		for (StoredSchedule schedule : schedules.findAll()) {
			boolean looked = schedule.declaration() == null
					&& (this.categories.isEmpty() || this.categories.contains(schedule.category()));
			String misfit = looked ? misfit(schedule) : null;
			if (misfit != null) {
				misfits.add("schedule '%s' enqueues '%s', which has %s".formatted(schedule.name(), schedule.task(),
						misfit));
			}
		}
		return misfits;
	}

	private @Nullable String misfit(StoredSchedule schedule) {
		try {
			ScheduleDefinition definition = ScheduleDefinition.of(schedule);
			return this.fit.misfit(schedule.task(), new EncodedArguments(definition.args(), definition.kwargs()));
		}
		catch (JacksonException ex) {
			return "a definition that cannot be read: " + ex.getClass().getSimpleName();
		}
	}

}
