package io.gobstopper.contract.mails;

/**
 * Handles what its interface declares, and is no contract itself.
 */
public class MailHandler implements MailTasks {

	@Override
	public Sent send(String to) {
		return new Sent(to);
	}

}
