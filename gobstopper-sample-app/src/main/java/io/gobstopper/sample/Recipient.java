package io.gobstopper.sample;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import org.springframework.util.Assert;

/**
 * Someone a mail can be sent to. Neither part contains line breaks or other control
 * characters, so none of them can become a header of its own.
 *
 * @param to the address, such as {@code ada@example.org}
 * @param name the name to greet
 */
record Recipient(String to, String name) {

	private static final int LONGEST_ADDRESS = 254;

	private static final int LONGEST_NAME = 100;

	Recipient {
		Assert.hasText(to, "'to' must not be empty");
		Assert.hasText(name, "'name' must not be empty");
		Assert.isTrue(name.length() <= LONGEST_NAME, () -> "'name' is longer than %d".formatted(LONGEST_NAME));
		Assert.isTrue(name.chars().noneMatch(Character::isISOControl), "'name' must not contain control characters");
		Assert.isTrue(to.length() <= LONGEST_ADDRESS && isAddress(to),
				"'to' must be one e-mail address, such as ada@example.org");
	}

	boolean isAt(String domain) {
		return this.to.substring(this.to.lastIndexOf('@') + 1).equalsIgnoreCase(domain);
	}

	private static boolean isAddress(String text) {
		try {
			InternetAddress address = new InternetAddress(text, true);
			address.validate();
			return text.equals(address.getAddress()) && !address.isGroup()
					&& text.chars().noneMatch((character) -> Character.isISOControl(character) || character == ' ');
		}
		catch (AddressException ex) {
			return false;
		}
	}

}
