package io.gobstopper.queue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskRequest;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.handler.EncodedArguments;
import io.gobstopper.handler.TaskDefinition;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.handler.TaskSignature;
import io.gobstopper.limit.PropertyNames;
import io.gobstopper.limit.UniqueUntil;
import io.gobstopper.limit.Uniqueness;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.store.task.TaskState;
import io.gobstopper.store.task.UniqueKey;
import io.gobstopper.store.task.UniqueKey.KeptOut;

/**
 * Turns requests into tasks, checking them against their handlers.
 */
public final class NewTasks {

	private final TaskHandlers handlers;

	private final DataSize argumentsLimit;

	private final Clock clock;

	/**
	 * Creates the factory.
	 * @param handlers what can be enqueued
	 * @param argumentsLimit the largest size of the arguments of a task
	 * @param clock the clock
	 */
	public NewTasks(TaskHandlers handlers, DataSize argumentsLimit, Clock clock) {
		this.handlers = handlers;
		this.argumentsLimit = argumentsLimit;
		this.clock = clock;
	}

	/**
	 * Creates tasks that are not stored yet.
	 * @param requests what is asked for
	 * @param traceContext headers for all of them
	 * @return the tasks in the order given
	 */
	public List<StoredTask> create(Collection<TaskRequest> requests, Map<String, String> traceContext) {
		String headers = TaskHeaders.write(traceContext);
		return requests.stream().map((request) -> create(request, traceContext, headers)).toList();
	}

	private static @Nullable String headers(TaskRequest request, Map<String, String> limits, @Nullable String ordered,
			@Nullable String fairnessKey, Map<String, String> traceContext) {
		Map<String, String> all = new LinkedHashMap<>(request.headers());
		all.forEach((name, value) -> {
			StorableText.checkPairs("header", name);
			StorableText.checkPairs(name, value);
		});
		if (request.uniqueness() != null) {
			all.put(TaskContext.UNIQUE_KEY_HEADER, request.uniqueness().key());
		}
		if (!limits.isEmpty()) {
			all.put(TaskContext.LIMITS_HEADER, Objects.requireNonNull(TaskHeaders.write(limits)));
		}
		if (ordered != null) {
			all.put(TaskContext.ORDERED_HEADER, ordered);
		}
		if (fairnessKey != null) {
			all.put(TaskContext.FAIRNESS_KEY_HEADER, fairnessKey);
		}
		all.putAll(traceContext);
		return TaskHeaders.write(all);
	}

	private Map<String, String> limits(TaskRequest request, String category, Map<String, String> declared) {
		Set<String> ofCategory = this.handlers.limitsOf(category);
		if (request.limits().isEmpty() && ofCategory.isEmpty()) {
			return declared;
		}
		Set<String> known = this.handlers.limits().keySet();
		Map<String, String> all = new TreeMap<>(declared);
		ofCategory.forEach((limit) -> all.putIfAbsent(limit, ""));
		request.limits().forEach((limit, key) -> {
			Assert.isTrue(known.contains(limit),
					() -> "No limit is named '%s'; known: %s".formatted(limit, known.stream().sorted().toList()));
			all.put(limit, key);
		});
		return all;
	}

	private @Nullable String ordered(TaskRequest request, Map<String, String> limits) {
		List<String> ordered = limits.entrySet()
			.stream()
			.filter((limit) -> !limit.getValue().isEmpty() && this.handlers.orderedLimits().contains(limit.getKey()))
			.map(Map.Entry::getKey)
			.toList();
		Assert.isTrue(ordered.size() <= 1, () -> "Task '%s' can have only one limit that is 'ordered', but has %s"
			.formatted(request.name(), String.join(", ", ordered)));
		return ordered.isEmpty() ? null : ordered.get(0);
	}

	private @Nullable String fairnessKey(TaskRequest request, String category, TaskSignature signature,
			EncodedArguments arguments) {
		String given = request.fairnessKey();
		if (this.handlers.fairness().isEnabled(category)) {
			return (given != null) ? given : signature.fairnessKey(arguments);
		}
		Assert
			.isTrue(given == null || this.handlers.fairness().isDecided(category),
					() -> "Task '%s' has a 'fairnessKey', but category '%s' has no fairness; set %s".formatted(
							request.name(), category,
							PropertyNames.property("gobstopper.fairness", category, "enabled")));
		return null;
	}

	private StoredTask create(TaskRequest request, Map<String, String> traceContext, @Nullable String usualHeaders) {
		TaskSignature signature = this.handlers.signature(request.name());
		TaskDefinition definition = signature.definition();
		EncodedArguments arguments = signature.encode(request.args(), request.kwargs());
		checkSize(request.name(), arguments);
		String category = (request.category() != null) ? request.category() : definition.category();
		StorableText.check("category", category);
		Map<String, String> limits = limits(request, category, signature.limits(arguments));
		limits.forEach((limit, key) -> StorableText.check("key of limit " + limit, key));
		String fairnessKey = fairnessKey(request, category, signature, arguments);
		StorableText.check("fairness key", fairnessKey);
		boolean usual = limits.isEmpty() && fairnessKey == null && request.headers().isEmpty()
				&& request.uniqueness() == null;
		String headers = usual ? usualHeaders
				: headers(request, limits, ordered(request, limits), fairnessKey, traceContext);
		StorableText.check("idempotencyKey", request.idempotencyKey());
		Uniqueness unique = request.uniqueness();
		StorableText.check("unique key", (unique != null) ? unique.key() : null);
		Instant now = this.clock.instant();
		TaskDetails details = new TaskDetails(UuidCreator.getPrefixComb(), definition.name(), category,
				(request.priority() != null) ? request.priority() : definition.priority(), arguments.args(),
				arguments.kwargs(), now,
				(request.maxRetries() != null) ? request.maxRetries() : definition.maxRetries(),
				request.idempotencyKey(), headers, (unique != null) ? uniqueKey(unique) : null);
		Instant dueAt = dueAt(request, now);
		return new StoredTask(0, details, TaskState.pending(limits.isEmpty() ? dueAt : DueTimes.held(dueAt)));
	}

	private void checkSize(String name, EncodedArguments arguments) {
		long most = this.argumentsLimit.toBytes();
		if ((arguments.args().length() + arguments.kwargs().length()) * 4L <= most) {
			return;
		}
		long size = (long) arguments.args().getBytes(StandardCharsets.UTF_8).length
				+ arguments.kwargs().getBytes(StandardCharsets.UTF_8).length;
		if (size > most) {
			throw new InvalidTaskArgumentsException(("The arguments of task '%s' have %d bytes as JSON, more than "
					+ "gobstopper.max-size.arguments allows (%d); store the data elsewhere and pass a reference")
				.formatted(name, size, most));
		}
	}

	private static UniqueKey uniqueKey(Uniqueness unique) {
		if (unique.until() != null) {
			return new UniqueKey(unique.key(),
					(unique.until() != UniqueUntil.START) ? KeptOut.UNTIL_IT_IS_FINISHED : KeptOut.WHILE_IT_WAITS,
					null);
		}
		return (unique.atMost() != null) ? new UniqueKey(unique.key(), KeptOut.NEVER, unique.atMost())
				: new UniqueKey(unique.key(), KeptOut.FOR_A_TIME, unique.duration());
	}

	private static Instant dueAt(TaskRequest request, Instant now) {
		Uniqueness unique = request.uniqueness();
		if (unique != null && unique.atMost() != null) {
			return DueTimes.after(now, Objects.requireNonNull(unique.duration()));
		}
		if (request.runAt() != null) {
			return DueTimes.storable(request.runAt());
		}
		return (request.delay() != null) ? DueTimes.after(now, request.delay()) : now;
	}

}
