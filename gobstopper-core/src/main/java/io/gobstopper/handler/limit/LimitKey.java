package io.gobstopper.handler.limit;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.DataBindingPropertyAccessor;
import org.springframework.expression.spel.support.MapAccessor;
import org.springframework.expression.spel.support.SimpleEvaluationContext;
import org.springframework.util.Assert;

import io.gobstopper.error.InvalidTaskArgumentsException;

/**
 * An expression by which the key of a limit is computed from the arguments of a task, as
 * they are stored. Safe for use by several threads.
 */
public final class LimitKey {

	private static final SpelExpressionParser parser = new SpelExpressionParser();

	private final SpelExpression expression;

	private LimitKey(SpelExpression expression) {
		this.expression = expression;
	}

	/**
	 * Reads an expression.
	 * @param text the expression
	 * @param arguments the names of the arguments
	 * @return the key
	 * @throws IllegalArgumentException if it is no expression, or names another argument
	 */
	static LimitKey parse(String text, Collection<String> arguments) {
		try {
			SpelExpression expression = parser.parseRaw(text);
			Set<String> unknown = new TreeSet<>();
			collectVariables(expression.getAST(), unknown);
			arguments.forEach((argument) -> unknown.remove("#" + argument));
			Assert.isTrue(unknown.isEmpty(), () -> "'key' of a limit, '%s', names %s, but the arguments are %s"
				.formatted(text, String.join(", ", unknown), arguments));
			return new LimitKey(expression);
		}
		catch (ParseException ex) {
			throw new IllegalArgumentException(
					"'key' of a limit is no expression: '%s': %s".formatted(text, ex.getSimpleMessage()), ex);
		}
	}

	private static void collectVariables(SpelNode node, Set<String> names) {
		if (node instanceof VariableReference) {
			names.add(node.toStringAST());
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			collectVariables(node.getChild(i), names);
		}
	}

	// What the expression computes is never quoted.
	String compute(String task, String limit, Map<String, @Nullable Object> arguments) {
		SimpleEvaluationContext context = SimpleEvaluationContext
			.forPropertyAccessors(new MapAccessor(false), DataBindingPropertyAccessor.forReadOnlyAccess())
			.withInstanceMethods()
			.build();
		arguments.forEach(context::setVariable);
		Object key;
		try {
			key = this.expression.getValue(context);
		}
		catch (EvaluationException ex) {
			throw new InvalidTaskArgumentsException("The key of limit '%s' of task '%s' cannot be computed: '%s' fails"
				.formatted(limit, task, this.expression.getExpressionString()));
		}
		String text = (key != null) ? key.toString() : "";
		if (text.isEmpty()) {
			throw new InvalidTaskArgumentsException("The key of limit '%s' of task '%s' is empty: '%s'".formatted(limit,
					task, this.expression.getExpressionString()));
		}
		return text;
	}

}
