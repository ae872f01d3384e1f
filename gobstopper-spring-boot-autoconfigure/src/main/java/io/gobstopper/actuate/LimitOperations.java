package io.gobstopper.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.gobstopper.actuate.description.ChangeDescriptor;
import io.gobstopper.actuate.description.LimitsDescriptor;
import io.gobstopper.actuate.description.ProblemDescriptor;
import io.gobstopper.limit.TaskLimits;

/**
 * What is shown of limits, and what can be done to them.
 */
final class LimitOperations {

	private final TaskLimits limits;

	private final ChangeAudit audit;

	LimitOperations(TaskLimits limits, ChangeAudit audit) {
		this.limits = limits;
		this.audit = audit;
	}

	LimitsDescriptor describe(boolean changeable) {
		return new LimitsDescriptor(this.limits.findAll(), changeable);
	}

	// A key may be an argument of a task, so it is not logged.
	WebEndpointResponse<Object> change(SecurityContext user, String limit, String action, @Nullable String key) {
		if (this.limits.findAll().stream().noneMatch((each) -> each.name().equals(limit))) {
			return ProblemDescriptor.notFound("There is no limit of this name");
		}
		boolean known = EndpointProblems
			.valid(() -> (key != null) ? change(limit, action, key) : change(limit, action));
		if (!known) {
			return EndpointProblems.noSuchOperation();
		}
		Map<String, @Nullable Object> target = new LinkedHashMap<>();
		target.put("limit", limit);
		target.put("key", (key != null) ? "(not logged)" : null);
		this.audit.record(user, action, target, 1, 1);
		return new WebEndpointResponse<>(ChangeDescriptor.ofOne(action));
	}

	private boolean change(String limit, String action) {
		switch (action) {
			case "pause" -> this.limits.pause(limit);
			case "resume" -> this.limits.resume(limit);
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean change(String limit, String action, String key) {
		switch (action) {
			case "pause" -> this.limits.pause(limit, key);
			case "resume" -> this.limits.resume(limit, key);
			default -> {
				return false;
			}
		}
		return true;
	}

}
