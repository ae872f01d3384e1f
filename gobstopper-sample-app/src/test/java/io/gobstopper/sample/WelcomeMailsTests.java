package io.gobstopper.sample;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.mail.MailSendException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.gobstopper.TaskContext;
import io.gobstopper.TaskStatus;
import io.gobstopper.test.TaskQueueTester;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
class WelcomeMailsTests {

	@TempDir
	private static Path folder;

	@Autowired
	private EmailController emails;

	@Autowired
	private TaskQueueTester tester;

	@Autowired
	private DataFolder dataFolder;

	@DynamicPropertySource
	static void useFolderOfTest(DynamicPropertyRegistry registry) {
		registry.add("sample.data-folder", () -> folder.resolve("data").toString());
	}

	@Test
	void mailIsWrittenByTheTask() {
		Recipient ann = new Recipient("ann@example.com", "Ann");
		this.emails.sendEmail(ann);
		assertThat(this.tester).hasEnqueued("send_email").withArgs(ann).withCategory("emails").once();
		this.tester.runDue();
		assertThat(this.tester.last("send_email")).isSuccessful();
		assertThat(this.dataFolder.mail(this.tester.last("send_email").id())).content()
			.contains("Subject: Welcome, Ann!");
	}

	@Test
	void mailsAreLimitedByTheDomainOfTheirRecipients() {
		this.emails.sendEmail(new Recipient("ann@Example.ORG", "Ann"));
		assertThat(this.tester.last("send_email").info().headers()).containsEntry(TaskContext.LIMITS_HEADER,
				"{\"mail-domain\":\"example.org\"}");
	}

	@Test
	void serverThatDoesNotAnswerIsTriedAgain() {
		this.emails.sendEmail(new Recipient("ann@flaky.example", "Ann"));
		this.tester.runDue();
		assertThat(this.tester.last("send_email")).hasStatus(TaskStatus.RETRY).hasError(MailSendException.class);
		this.tester.advance(Duration.ofMinutes(5));
		assertThat(this.tester.last("send_email")).isSuccessful().hasAttempts(3);
	}

}
