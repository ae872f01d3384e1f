package io.gobstopper.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;

import io.gobstopper.TaskContext;

/**
 * Welcomes people by mail, sent by SMTP if {@code spring.mail.host} is set and otherwise
 * written to the outbox folder.
 */
@Component
class WelcomeMails implements MailTasks {

	private static final String FLAKY_DOMAIN = "flaky.example";

	private static final int FLAKY_PERIOD = 3;

	private static final String TEXT = """
			Hello %s,

			welcome! This mail was written by a background task: the request that asked
			for it was answered before the mail existed.

			If the first attempt to send it had failed, you would not have noticed. The
			task would have been tried again.

			Gobstopper
			""";

	private final String sender;

	private final @Nullable JavaMailSender mailSender;

	private final DataFolder dataFolder;

	WelcomeMails(SampleProperties properties, ObjectProvider<JavaMailSender> mailSender, DataFolder dataFolder) {
		this.sender = properties.mailSender();
		this.mailSender = mailSender.getIfAvailable();
		this.dataFolder = dataFolder;
	}

	@Override
	public SentMail sendEmail(Recipient recipient) throws MessagingException, IOException {
		TaskContext context = TaskContext.current();
		failIfFlaky(recipient, context.attempt());
		if (this.mailSender != null) {
			MimeMessage message = compose(this.mailSender.createMimeMessage(), recipient, context.id());
			this.mailSender.send(message);
			return new SentMail("smtp", message.getMessageID());
		}
		MimeMessage message = compose(new MimeMessage(Session.getInstance(new Properties())), recipient, context.id());
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		message.writeTo(content);
		this.dataFolder.write(this.dataFolder.mail(context.id()), content.toByteArray());
		return new SentMail("outbox", message.getMessageID());
	}

	// A task that runs again after a crash writes the same Message-ID, by which mail
	// programs tell that it is the same mail.
	private MimeMessage compose(MimeMessage message, Recipient recipient, String taskId)
			throws MessagingException, IOException {
		MimeMessageHelper helper = new MimeMessageHelper(message, StandardCharsets.UTF_8.name());
		helper.setFrom(this.sender);
		helper.setTo(new InternetAddress(recipient.to(), recipient.name(), StandardCharsets.UTF_8.name()));
		helper.setSubject("Welcome, %s!".formatted(recipient.name()));
		helper.setText(TEXT.formatted(recipient.name()));
		message.saveChanges();
		message.setHeader("Message-ID", "<%s@gobstopper.example>".formatted(taskId));
		return message;
	}

	private static void failIfFlaky(Recipient recipient, int attempt) {
		if (recipient.isAt(FLAKY_DOMAIN) && attempt % FLAKY_PERIOD != 0) {
			throw new MailSendException("The server of %s did not answer attempt %d".formatted(FLAKY_DOMAIN, attempt));
		}
	}

}
