package io.gobstopper.handler.limit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.limit.LimitNumbers;

/**
 * The numbers of all limits: what annotations say, and what properties say instead.
 */
public final class DeclaredLimits {

	private final Map<String, LimitNumbers> configured;

	/**
	 * Creates limits.
	 * @param configured what properties say, by the name of the limit
	 */
	public DeclaredLimits(Map<String, LimitNumbers> configured) {
		this.configured = Map.copyOf(configured);
	}

	/**
	 * Returns what properties say of a limit.
	 * @param name the name of the limit
	 * @param perKey how many tasks with the same key may run at once, {@code null} for
	 * what annotations say
	 * @param total how many altogether, likewise
	 * @return the numbers
	 * @throws IllegalArgumentException if it has no such name, or a number is less than 1
	 */
	public static LimitNumbers configured(String name, @Nullable Integer perKey, @Nullable Integer total) {
		LimitNames.check(name);
		Assert.isTrue(perKey != null || total != null, "'perKey' or 'total' must be set");
		Assert.isTrue(perKey == null || perKey >= 1, () -> "'perKey' must be at least 1, but is %d".formatted(perKey));
		Assert.isTrue(total == null || total >= 1, () -> "'total' must be at least 1, but is %d".formatted(total));
		return new LimitNumbers(perKey, total);
	}

	/**
	 * Returns the numbers of all limits.
	 * @param methods what the annotations of each method say, by what it is called
	 * @return the numbers by the name of the limit
	 * @throws InvalidTaskHandlerException if two methods say different things of one, or
	 * nobody says anything
	 */
	public Map<String, LimitNumbers> read(Map<String, List<LimitDeclaration>> methods) {
		Map<String, Declared> declared = new TreeMap<>();
		methods.forEach((method, limits) -> limits.forEach((limit) -> {
			Declared here = new Declared(limit.numbers(), method);
			declared.merge(limit.name(), here, (other, one) -> other.and(limit.name(), one));
		}));
		Map<String, LimitNumbers> numbers = new LinkedHashMap<>(this.configured);
		declared.forEach((name, each) -> {
			LimitNumbers override = this.configured.getOrDefault(name, LimitNumbers.NONE);
			if (!this.configured.containsKey(name)) {
				LimitNumbers other = numbers.remove(asProperty(name));
				override = (other != null) ? other : override;
			}
			LimitNumbers all = new LimitNumbers(first(override.perKey(), each.numbers().perKey()),
					first(override.total(), each.numbers().total()));
			if (all.equals(LimitNumbers.NONE)) {
				throw new InvalidTaskHandlerException(
						("Limit '%s' of %s limits nothing; set 'perKey' or 'total', or gobstopper.limits.%s.per-key or "
								+ "total")
							.formatted(name, each.method(), name));
			}
			numbers.put(name, all);
		});
		return Map.copyOf(numbers);
	}

	// Properties have no underscores, dots and capital letters unless in brackets.
	private static String asProperty(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "");
	}

	private static @Nullable Integer first(@Nullable Integer one, @Nullable Integer other) {
		return (one != null) ? one : other;
	}

	/**
	 * What methods say of a limit.
	 */
	private record Declared(LimitNumbers numbers, String method) {

		Declared and(String limit, Declared other) {
			return new Declared(new LimitNumbers(same(limit, "perKey", other, LimitNumbers::perKey),
					same(limit, "total", other, LimitNumbers::total)), this.method);
		}

		private @Nullable Integer same(String limit, String attribute, Declared other,
				Function<LimitNumbers, @Nullable Integer> number) {
			Integer one = number.apply(this.numbers);
			Integer two = number.apply(other.numbers);
			if (one != null && two != null && !one.equals(two)) {
				throw new InvalidTaskHandlerException(
						"'%s' of limit '%s' is %d at %s and %d at %s; say it once, or the same at both"
							.formatted(attribute, limit, one, this.method, two, other.method));
			}
			return (one != null) ? one : two;
		}

	}

}
