package io.gobstopper.autoconfigure.contract;

/**
 * What becomes of it that the handlers do not fit the tasks that wait.
 */
public enum ContractCheckMode {

	/**
	 * A warning for each name; the tasks wait.
	 */
	WARN,

	/**
	 * The application does not start.
	 */
	FAIL,

	/**
	 * Nothing is looked at.
	 */
	OFF

}
