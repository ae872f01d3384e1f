package io.gobstopper.sample;

import java.io.IOException;

import jakarta.mail.MessagingException;

import io.gobstopper.Backoff;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;
import io.gobstopper.limit.TaskLimit;

/**
 * The mails that are sent in the background.
 */
@TaskContract
interface MailTasks {

	@GobstopperTask(name = "send_email", category = "emails", maxRetries = 3, timeout = "1m",
			backoff = @Backoff(initialDelay = "${sample.mail-retry-delay:1s}"))
	@TaskLimit(name = "mail-domain", key = "#recipient.to.substring(#recipient.to.lastIndexOf('@') + 1).toLowerCase()",
			perKey = 2)
	SentMail sendEmail(Recipient recipient) throws MessagingException, IOException;

	/**
	 * What became of a mail.
	 *
	 * @param via {@code smtp} or {@code outbox}
	 * @param messageId its Message-ID
	 */
	record SentMail(String via, String messageId) {

	}

}
