package io.gobstopper.handler.limit;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitRate;
import io.gobstopper.limit.OnConflict;
import io.gobstopper.limit.TaskLimit;

/**
 * Reads {@link TaskLimit} annotations. What it throws says what is wrong, not where.
 */
public final class LimitReader {

	private static final int UNSET = -1;

	private final UnaryOperator<String> placeholders;

	/**
	 * Creates a reader.
	 * @param placeholders resolves them
	 */
	public LimitReader(UnaryOperator<String> placeholders) {
		this.placeholders = placeholders;
	}

	/**
	 * Returns whether a method has limits.
	 * @param method the method
	 * @return whether it has
	 */
	public static boolean isDeclared(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, TaskLimit.class)
				|| AnnotatedElementUtils.hasAnnotation(method, TaskLimit.Limits.class);
	}

	/**
	 * Reads the limits of a method.
	 * @param method the method
	 * @param arguments the names of its arguments
	 * @return the limits
	 * @throws IllegalArgumentException if one makes no sense
	 */
	public List<LimitDeclaration> read(Method method, Collection<String> arguments) {
		List<LimitDeclaration> limits = new ArrayList<>();
		for (TaskLimit annotation : AnnotatedElementUtils.findMergedRepeatableAnnotations(method, TaskLimit.class,
				TaskLimit.Limits.class)) {
			LimitDeclaration limit = read(annotation, arguments);
			Assert.isTrue(limits.stream().noneMatch((other) -> other.name().equals(limit.name())),
					() -> "it has the limit '%s' twice".formatted(limit.name()));
			limits.add(limit);
		}
		List<String> ordered = limits.stream().filter(LimitDeclaration::ordered).map(LimitDeclaration::name).toList();
		Assert.isTrue(ordered.size() <= 1,
				() -> "its limits %s are 'ordered'; only one can be".formatted(String.join(", ", ordered)));
		return limits;
	}

	private LimitDeclaration read(TaskLimit annotation, Collection<String> arguments) {
		String name = LimitNames.check(this.placeholders.apply(annotation.name()));
		String key = this.placeholders.apply(annotation.key());
		Integer saidPerKey = number(name, "perKey", annotation.perKey());
		Integer perKey = annotation.ordered() ? Integer.valueOf(1) : saidPerKey;
		Integer total = number(name, "total", annotation.total());
		Assert.isTrue(saidPerKey == null || StringUtils.hasText(key),
				() -> "limit '%s' has 'perKey' but no 'key'".formatted(name));
		if (annotation.ordered()) {
			Assert.isTrue(StringUtils.hasText(key), () -> "limit '%s' is 'ordered' but has no 'key'".formatted(name));
			Assert.isTrue(saidPerKey == null || saidPerKey == 1,
					() -> "limit '%s' is 'ordered', so 'perKey' must be 1, but is %d".formatted(name, saidPerKey));
		}
		if (annotation.onConflict() != OnConflict.WAIT) {
			Assert.isTrue(StringUtils.hasText(key), () -> "limit '%s' has 'onConflict' but no 'key'".formatted(name));
			Assert.isTrue(!annotation.ordered(),
					() -> "limit '%s' has 'ordered' and 'onConflict'; only one can be".formatted(name));
		}
		String rate = this.placeholders.apply(annotation.rate());
		return new LimitDeclaration(name,
				StringUtils.hasText(key) ? KeyExpression.parse("'key' of a limit", key, arguments) : null,
				new LimitNumbers(perKey, total, StringUtils.hasText(rate) ? rate(name, rate) : null,
						number(name, "burst", annotation.burst())),
				annotation.ordered(), annotation.onConflict());
	}

	private static LimitRate rate(String limit, String rate) {
		try {
			return LimitRate.of(rate);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'rate' of limit '%s': %s".formatted(limit, ex.getMessage()), ex);
		}
	}

	private static @Nullable Integer number(String limit, String attribute, int number) {
		if (number == UNSET) {
			return null;
		}
		Assert.isTrue(number >= 1,
				() -> "'%s' of limit '%s' must be at least 1, but is %d".formatted(attribute, limit, number));
		return number;
	}

}
