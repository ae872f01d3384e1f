package io.gobstopper.handler;

/**
 * The arguments of a task as they are stored.
 *
 * @param args what was given by position: a JSON object of it by name, or an array if the
 * names are not known
 * @param kwargs a JSON object
 */
public record EncodedArguments(String args, String kwargs) {

	/**
	 * No arguments.
	 */
	public static final EncodedArguments NONE = new EncodedArguments("[]", "{}");

}
