package io.gobstopper.sample;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.gobstopper.Tasks;

/**
 * Takes the people to welcome by mail.
 */
@RestController
class EmailController {

	private final Tasks<MailTasks> mails;

	EmailController(Tasks<MailTasks> mails) {
		this.mails = mails;
	}

	@PostMapping("/api/emails")
	ResponseEntity<AcceptedTask> sendEmail(@RequestBody Recipient recipient) {
		return AcceptedTask.response(this.mails.enqueue((tasks) -> tasks.sendEmail(recipient)));
	}

}
