package io.gobstopper.actuate;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskQueueService;
import io.gobstopper.actuate.description.ProblemDescriptor;
import io.gobstopper.actuate.description.ScheduleChangeDescriptor;
import io.gobstopper.actuate.description.ScheduleDescriptor;
import io.gobstopper.actuate.description.SchedulesDescriptor;
import io.gobstopper.schedule.ScheduleInfo;
import io.gobstopper.schedule.TaskSchedules;

/**
 * What is shown of schedules, and what can be done to them.
 */
final class ScheduleOperations {

	private static final int NEXT_TIMES = 5;

	private static final int LAST_RUNS = 20;

	private final TaskSchedules schedules;

	private final TaskQueueService queue;

	private final ChangeAudit audit;

	ScheduleOperations(TaskSchedules schedules, TaskQueueService queue, ChangeAudit audit) {
		this.schedules = schedules;
		this.queue = queue;
		this.audit = audit;
	}

	SchedulesDescriptor describe(boolean changeable) {
		return new SchedulesDescriptor(this.schedules.findAll(), changeable);
	}

	Object describe(String name, boolean changeable) {
		Optional<ScheduleInfo> schedule = this.schedules.find(name);
		if (schedule.isEmpty()) {
			return noSuchSchedule();
		}
		List<ScheduleDescriptor.Run> runs = this.queue.findTasks(TaskQuery.all().schedule(name).limit(LAST_RUNS))
			.tasks()
			.stream()
			.map(ScheduleDescriptor.Run::of)
			.toList();
		return new ScheduleDescriptor(schedule.get(), this.schedules.next(name, NEXT_TIMES), runs, changeable);
	}

	WebEndpointResponse<Object> change(SecurityContext user, String name, String action, @Nullable String note,
			@Nullable OffsetDateTime from, @Nullable OffsetDateTime to, @Nullable Boolean dryRun) {
		if (this.schedules.find(name).isEmpty()) {
			return noSuchSchedule();
		}
		try {
			if (Boolean.TRUE.equals(dryRun)) {
				return new WebEndpointResponse<>(count(name, from, to));
			}
			ScheduleChangeDescriptor done = change(name, action, note, from, to);
			if (done == null) {
				return EndpointProblems.noSuchOperation();
			}
			Map<String, @Nullable Object> target = new LinkedHashMap<>();
			target.put("schedule", name);
			target.put("note", note);
			target.put("from", from);
			target.put("to", to);
			this.audit.record(user, action, target, 1, done.changed() ? 1 : 0);
			return new WebEndpointResponse<>(done);
		}
		catch (IllegalStateException ex) {
			return ProblemDescriptor.conflict(String.valueOf(ex.getMessage()));
		}
	}

	private @Nullable ScheduleChangeDescriptor change(String name, String action, @Nullable String note,
			@Nullable OffsetDateTime from, @Nullable OffsetDateTime to) {
		return switch (action) {
			case "trigger" -> ScheduleChangeDescriptor.triggered(this.schedules.trigger(name));
			case "pause" ->
				ScheduleChangeDescriptor.of(action, EndpointProblems.valid(() -> this.schedules.pause(name, note)));
			case "resume" -> ScheduleChangeDescriptor.of(action, this.schedules.resume(name));
			case "reset" -> ScheduleChangeDescriptor.of(action, this.schedules.reset(name));
			case "delete" -> ScheduleChangeDescriptor.of(action, this.schedules.delete(name));
			case "backfill" -> backfill(name, from, to);
			default -> null;
		};
	}

	private ScheduleChangeDescriptor count(String name, @Nullable OffsetDateTime from, @Nullable OffsetDateTime to) {
		return ScheduleChangeDescriptor.backfilled(EndpointProblems
			.valid(() -> this.schedules.missing(name, required("from", from), required("to", to)).size()), 0);
	}

	private ScheduleChangeDescriptor backfill(String name, @Nullable OffsetDateTime from, @Nullable OffsetDateTime to) {
		int enqueued = EndpointProblems
			.valid(() -> this.schedules.backfill(name, required("from", from), required("to", to)));
		return ScheduleChangeDescriptor.backfilled(enqueued, enqueued);
	}

	private static Instant required(String key, @Nullable OffsetDateTime time) {
		if (time == null) {
			throw new InvalidEndpointRequestException("'%s' is missing".formatted(key), null);
		}
		return time.toInstant();
	}

	private static WebEndpointResponse<Object> noSuchSchedule() {
		return ProblemDescriptor.notFound("There is no schedule of this name");
	}

}
