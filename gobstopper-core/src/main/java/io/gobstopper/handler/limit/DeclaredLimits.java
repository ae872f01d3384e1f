package io.gobstopper.handler.limit;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.OnConflict;
import io.gobstopper.limit.PropertyNames;

/**
 * The numbers of all limits: what annotations say, and what properties say instead.
 */
public final class DeclaredLimits {

	private final Map<String, LimitNumbers> configured;

	private final Map<String, Set<String>> categories;

	/**
	 * Creates limits.
	 * @param configured what properties say, by the name of the limit
	 * @param categories the categories of which all tasks have a limit, by its name
	 */
	public DeclaredLimits(Map<String, LimitNumbers> configured, Map<String, Set<String>> categories) {
		this.configured = Map.copyOf(configured);
		this.categories = Map.copyOf(categories);
	}

	/**
	 * Checks what properties say of a limit.
	 * @param name the name of the limit
	 * @param numbers what they say instead of annotations
	 * @param categories the categories of which all tasks have it
	 * @return the numbers
	 * @throws IllegalArgumentException if it has no such name, or a number is less than 1
	 */
	public static LimitNumbers configured(String name, LimitNumbers numbers, Set<String> categories) {
		LimitNames.check(name);
		Assert.isTrue(!numbers.equals(LimitNumbers.NONE) || !categories.isEmpty(),
				"'perKey', 'total', 'rate' or 'burst' must be set, or 'categories'");
		categories.forEach((category) -> Assert.hasText(category, "'categories' must not have an empty one"));
		return numbers.check();
	}

	/**
	 * Returns the numbers of all limits.
	 * @param methods what the annotations of each method say, by what it is called
	 * @return the numbers by the name of the limit
	 * @throws InvalidTaskHandlerException if two methods say different things of one, or
	 * what is said limits nothing
	 */
	public Map<String, LimitNumbers> read(Map<String, List<LimitDeclaration>> methods) {
		Map<String, Declared> declared = new TreeMap<>();
		methods.forEach((method, limits) -> limits.forEach((limit) -> {
			Declared here = new Declared(limit.numbers(), limit.ordered(), limit.onConflict(), method);
			declared.merge(limit.name(), here, (other, one) -> other.and(limit.name(), one));
		}));
		Map<String, LimitNumbers> numbers = new LinkedHashMap<>(this.configured);
		declared.keySet().forEach((name) -> numbers.remove(asConfigured(name)));
		numbers.forEach((name, each) -> {
			if (isBurstOnly(each)) {
				throw burstOnly(name);
			}
		});
		declared.forEach((name, each) -> numbers.put(name, numbers(name, each)));
		methods.forEach((method, limits) -> checkKeys(method, limits, numbers));
		numbers.forEach(this::checkCategories);
		return Map.copyOf(numbers);
	}

	/**
	 * Returns by the keys of which limits tasks start in order.
	 * @param methods what the annotations of each method say, by what it is called
	 * @return the names of the limits
	 */
	public static Set<String> ordered(Map<String, List<LimitDeclaration>> methods) {
		return methods.values()
			.stream()
			.flatMap(List::stream)
			.filter(LimitDeclaration::ordered)
			.map(LimitDeclaration::name)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Returns of which limits not all tasks with the same key wait if there are too many.
	 * @param methods what the annotations of each method say, by what it is called
	 * @return what becomes of them, by the name of the limit
	 */
	public static Map<String, OnConflict> conflicts(Map<String, List<LimitDeclaration>> methods) {
		return methods.values()
			.stream()
			.flatMap(List::stream)
			.filter((limit) -> limit.onConflict() != OnConflict.WAIT)
			.collect(Collectors.toUnmodifiableMap(LimitDeclaration::name, LimitDeclaration::onConflict,
					(one, same) -> one));
	}

	private void checkCategories(String limit, LimitNumbers numbers) {
		String configured = asConfigured(limit);
		if (numbers.total() == null && numbers.rate() == null && this.categories.containsKey(configured)) {
			throw new InvalidTaskHandlerException(
					"%s does nothing, as tasks have no key by it, and its limit has neither a total nor a rate; set %s"
						.formatted(property(configured, "categories"), property(configured, "total")));
		}
	}

	/**
	 * Returns the limits that all tasks of a category have.
	 * @param names the names of all limits
	 * @return the names of the limits by category
	 */
	public Map<String, Set<String>> byCategory(Set<String> names) {
		Map<String, Set<String>> limits = new HashMap<>();
		names.forEach((name) -> this.categories.getOrDefault(asConfigured(name), Set.of())
			.forEach((category) -> limits.computeIfAbsent(category, (key) -> new TreeSet<>()).add(name)));
		return limits;
	}

	private LimitNumbers numbers(String limit, Declared declared) {
		LimitNumbers override = this.configured.getOrDefault(asConfigured(limit), LimitNumbers.NONE);
		LimitNumbers numbers = override.or(declared.numbers());
		if (numbers.perKey() == null && numbers.total() == null && numbers.rate() == null) {
			throw new InvalidTaskHandlerException(
					("Limit '%s' of %s limits nothing; set 'perKey', 'total' or 'rate', or gobstopper.limits.%s.per-key, "
							+ "total or rate")
						.formatted(limit, declared.method(), limit));
		}
		if (declared.ordered() && numbers.perKey() != null && numbers.perKey() > 1) {
			throw new InvalidTaskHandlerException("%s must be 1, but is %d, as its limit is 'ordered' at %s"
				.formatted(property(asConfigured(limit), "per-key"), numbers.perKey(), declared.method()));
		}
		if (declared.onConflict() != OnConflict.WAIT && numbers.perKey() == null) {
			throw new InvalidTaskHandlerException(
					"Limit '%s' of %s has 'onConflict' but no 'perKey'".formatted(limit, declared.method()));
		}
		if (isBurstOnly(numbers) && override.burst() != null) {
			throw burstOnly(asConfigured(limit));
		}
		if (isBurstOnly(numbers)) {
			throw new InvalidTaskHandlerException(
					"Limit '%s' of %s has 'burst' but no 'rate'".formatted(limit, declared.method()));
		}
		return numbers;
	}

	private static boolean isBurstOnly(LimitNumbers numbers) {
		return numbers.burst() != null && numbers.rate() == null;
	}

	private static InvalidTaskHandlerException burstOnly(String configured) {
		return new InvalidTaskHandlerException("%s does nothing, as its limit has no rate; set %s, too, or remove it"
			.formatted(property(configured, "burst"), property(configured, "rate")));
	}

	private static void checkKeys(String method, List<LimitDeclaration> limits, Map<String, LimitNumbers> numbers) {
		for (LimitDeclaration limit : limits) {
			LimitNumbers said = numbers.getOrDefault(limit.name(), LimitNumbers.NONE);
			if (limit.key() == null && said.total() == null && said.rate() == null) {
				throw new InvalidTaskHandlerException(
						("Limit '%s' of %s limits nothing there, as it has only 'perKey', and the method no 'key'; add "
								+ "one, or set 'total' or 'rate', or gobstopper.limits.%s.total or rate")
							.formatted(limit.name(), method, limit.name()));
			}
		}
	}

	private String asConfigured(String name) {
		return this.configured.containsKey(name) ? name : PropertyNames.of(name);
	}

	private static String property(String configured, String attribute) {
		return PropertyNames.property("gobstopper.limits", configured, attribute);
	}

	/**
	 * What methods say of a limit.
	 */
	private record Declared(LimitNumbers numbers, boolean ordered, OnConflict onConflict, String method) {

		Declared and(String limit, Declared other) {
			if (this.ordered != other.ordered) {
				throw new InvalidTaskHandlerException(
						"Limit '%s' is 'ordered' at %s but not at %s; say the same at both".formatted(limit,
								this.ordered ? this.method : other.method, this.ordered ? other.method : this.method));
			}
			if (this.onConflict != other.onConflict) {
				throw differs("onConflict", limit, this.onConflict, other.onConflict, other);
			}
			return new Declared(new LimitNumbers(same(limit, "perKey", other, LimitNumbers::perKey),
					same(limit, "total", other, LimitNumbers::total), same(limit, "rate", other, LimitNumbers::rate),
					same(limit, "burst", other, LimitNumbers::burst)), this.ordered, this.onConflict, this.method);
		}

		private <T> @Nullable T same(String limit, String attribute, Declared other,
				Function<LimitNumbers, @Nullable T> number) {
			T one = number.apply(this.numbers);
			T two = number.apply(other.numbers);
			if (one != null && two != null && !one.equals(two)) {
				throw differs(attribute, limit, one, two, other);
			}
			return (one != null) ? one : two;
		}

		private InvalidTaskHandlerException differs(String attribute, String limit, Object one, Object two,
				Declared other) {
			return new InvalidTaskHandlerException(
					"'%s' of limit '%s' is %s at %s and %s at %s; say it once, or the same at both".formatted(attribute,
							limit, one, this.method, two, other.method));
		}

	}

}
