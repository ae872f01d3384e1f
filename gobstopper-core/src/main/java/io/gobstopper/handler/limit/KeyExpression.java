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
 * An expression by which a key is computed from the arguments of a task, as they are
 * stored. Safe for use by several threads.
 */
public final class KeyExpression {

	private static final SpelExpressionParser parser = new SpelExpressionParser();

	private final SpelExpression expression;

	private KeyExpression(SpelExpression expression) {
		this.expression = expression;
	}

	/**
	 * Reads an expression.
	 * @param attribute what says it, to tell what is wrong
	 * @param text the expression
	 * @param arguments the names of the arguments
	 * @return the key
	 * @throws IllegalArgumentException if it is no expression, or names another argument
	 */
	public static KeyExpression parse(String attribute, String text, Collection<String> arguments) {
		try {
			SpelExpression expression = parser.parseRaw(text);
			Set<String> unknown = new TreeSet<>();
			collectVariables(expression.getAST(), unknown);
			arguments.forEach((argument) -> unknown.remove("#" + argument));
			Assert.isTrue(unknown.isEmpty(), () -> "%s, '%s', names %s, but the arguments are %s".formatted(attribute,
					text, String.join(", ", unknown), arguments));
			return new KeyExpression(expression);
		}
		catch (ParseException ex) {
			throw new IllegalArgumentException(
					"%s is no expression: '%s': %s".formatted(attribute, text, ex.getSimpleMessage()), ex);
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

	/**
	 * Computes the key of a task. What the expression computes is never quoted.
	 * @param what what the key is called, to tell what is wrong
	 * @param task the name of the task
	 * @param arguments its arguments as they are stored, by name
	 * @return the key, not empty
	 * @throws InvalidTaskArgumentsException if it cannot be computed, or is empty
	 */
	public String compute(String what, String task, Map<String, @Nullable Object> arguments) {
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
			throw new InvalidTaskArgumentsException("The %s of task '%s' cannot be computed: '%s' fails".formatted(what,
					task, this.expression.getExpressionString()));
		}
		String text = (key != null) ? key.toString() : "";
		if (text.isEmpty()) {
			throw new InvalidTaskArgumentsException(
					"The %s of task '%s' is empty: '%s'".formatted(what, task, this.expression.getExpressionString()));
		}
		return text;
	}

}
