package io.gobstopper.handler;

/**
 * The arguments of a task as they are stored.
 *
 * @param args a JSON array
 * @param kwargs a JSON object
 */
public record EncodedArguments(String args, String kwargs) {

	/**
	 * No arguments.
	 */
	public static final EncodedArguments NONE = new EncodedArguments("[]", "{}");

}
