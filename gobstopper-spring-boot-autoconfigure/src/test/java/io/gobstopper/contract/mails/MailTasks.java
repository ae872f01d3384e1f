package io.gobstopper.contract.mails;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;

@TaskContract
public interface MailTasks {

	@GobstopperTask(name = "${mail.task:send_mail}", category = "mails")
	Sent send(String to);

	record Sent(String to) {

	}

}
