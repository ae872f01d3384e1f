package io.gobstopper.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.gobstopper.actuate.description.ChangeDescriptor;
import io.gobstopper.actuate.description.LimitDescriptor;
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

	// Keys are made of arguments.
	Object describe(String limit, boolean keysShown, boolean changeable) {
		return this.limits.findAll()
			.stream()
			.filter((each) -> each.name().equals(limit))
			.findAny()
			.<Object>map((found) -> new LimitDescriptor(found, keysShown ? this.limits.findLongestKeys(limit) : null,
					changeable))
			.orElseGet(LimitOperations::noSuchLimit);
	}

	// A key may be an argument of a task, so it is not logged.
	WebEndpointResponse<Object> change(SecurityContext user, String limit, String action, LimitChange what) {
		Runnable change = what.of(this.limits, limit, action);
		if (change == null) {
			return isKnown(limit) ? EndpointProblems.noSuchOperation() : noSuchLimit();
		}
		try {
			change.run();
		}
		catch (IllegalArgumentException ex) {
			if (isKnown(limit)) {
				throw EndpointProblems.invalid(ex);
			}
			return noSuchLimit();
		}
		Map<String, @Nullable Object> target = new LinkedHashMap<>();
		target.put("limit", limit);
		target.put("key", (what.key() != null) ? "(not logged)" : null);
		target.put("perKey", what.perKey());
		target.put("total", what.total());
		target.put("rate", what.rate());
		target.put("burst", what.burst());
		target.put("timeToLive", what.timeToLive());
		this.audit.record(user, action, target, 1, 1);
		return new WebEndpointResponse<>(ChangeDescriptor.ofOne(action));
	}

	private boolean isKnown(String limit) {
		return this.limits.findAll().stream().anyMatch((each) -> each.name().equals(limit));
	}

	private static WebEndpointResponse<Object> noSuchLimit() {
		return ProblemDescriptor.notFound("There is no limit of this name");
	}

}
