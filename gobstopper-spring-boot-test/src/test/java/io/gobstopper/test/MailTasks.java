package io.gobstopper.test;

import java.io.IOException;

import io.gobstopper.Backoff;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;

@TaskContract
interface MailTasks {

	@GobstopperTask(name = "send_mail", category = "mails", maxRetries = 2,
			backoff = @Backoff(initialDelay = "1m", multiplier = 2, maxDelay = "1h", jitter = 0))
	Receipt send(String to, String subject) throws IOException;

	default Receipt welcome(String to) throws IOException {
		return send(to, "Welcome");
	}

	record Receipt(String to, int attempt) {

	}

}
