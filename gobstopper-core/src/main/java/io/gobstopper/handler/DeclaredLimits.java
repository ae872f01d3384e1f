package io.gobstopper.handler;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.limit.LimitNumbers;

/**
 * The numbers of all limits: what annotations say, and what properties say instead.
 */
final class DeclaredLimits {

	private final Map<String, LimitNumbers> configured;

	/**
	 * Creates limits.
	 * @param configured what properties say, by the name of the limit
	 */
	DeclaredLimits(Map<String, LimitNumbers> configured) {
		this.configured = Map.copyOf(configured);
	}

	/**
	 * Returns the numbers of all limits.
	 * @param handlers the handlers
	 * @return the numbers by the name of the limit
	 * @throws InvalidTaskHandlerException if two methods say different things of one, or
	 * nobody says anything
	 */
	Map<String, LimitNumbers> read(Collection<TaskHandler> handlers) {
		Map<String, Declared> declared = new TreeMap<>();
		for (TaskHandler handler : handlers) {
			for (LimitDeclaration limit : handler.limits()) {
				Declared here = new Declared(limit.numbers(), handler);
				declared.merge(limit.name(), here, (other, one) -> other.and(limit.name(), one));
			}
		}
		Map<String, LimitNumbers> numbers = new LinkedHashMap<>(this.configured);
		declared.forEach((name, each) -> {
			LimitNumbers override = this.configured.getOrDefault(name, LimitNumbers.NONE);
			LimitNumbers all = new LimitNumbers(first(override.perKey(), each.numbers().perKey()),
					first(override.total(), each.numbers().total()));
			if (all.equals(LimitNumbers.NONE)) {
				throw new InvalidTaskHandlerException(
						("Limit '%s' of %s limits nothing; set 'perKey' or 'total', or gobstopper.limits.%s.per-key or "
								+ "total")
							.formatted(name, each.handler(), name));
			}
			numbers.put(name, all);
		});
		return Map.copyOf(numbers);
	}

	private static @Nullable Integer first(@Nullable Integer one, @Nullable Integer other) {
		return (one != null) ? one : other;
	}

	/**
	 * What methods say of a limit.
	 */
	private record Declared(LimitNumbers numbers, TaskHandler handler) {

		Declared and(String limit, Declared other) {
			return new Declared(new LimitNumbers(same(limit, "perKey", other, LimitNumbers::perKey),
					same(limit, "total", other, LimitNumbers::total)), this.handler);
		}

		private @Nullable Integer same(String limit, String attribute, Declared other,
				Function<LimitNumbers, @Nullable Integer> number) {
			Integer one = number.apply(this.numbers);
			Integer two = number.apply(other.numbers);
			if (one != null && two != null && !one.equals(two)) {
				throw new InvalidTaskHandlerException(
						"'%s' of limit '%s' is %d at %s and %d at %s; say it once, or the same at both"
							.formatted(attribute, limit, one, this.handler, two, other.handler));
			}
			return (one != null) ? one : two;
		}

	}

}
