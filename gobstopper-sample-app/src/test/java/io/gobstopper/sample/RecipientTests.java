package io.gobstopper.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RecipientTests {

	@Test
	void knowsDomain() {
		assertThat(new Recipient("ada@FLAKY.example", "Ada").isAt("flaky.example")).isTrue();
		assertThat(new Recipient("ada@notflaky.example", "Ada").isAt("flaky.example")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ada", "@example.org", "ada@", "ada@example.org,bob@example.org", "Ada <ada@example.org>",
			"ada@example.org\r\nBcc: bob@example.org", "ada @example.org", "team:ada@example.org;", "a@b@example.org",
			"ada@example.org\n" })
	void refusesWhatIsNotOneAddress(String to) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Recipient(to, "Ada"))
			.withMessageContaining("'to' must be one e-mail address");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Ada\r\nBcc: bob@example.org", "Ada\n", "Ada\u0000", "Ada\u0085Bob" })
	void refusesNameThatCouldBecomeHeader(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Recipient("ada@example.org", name))
			.withMessageContaining("control characters");
	}

	@Test
	void refusesEmptyParts() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Recipient(" ", "Ada")).withMessageContaining("'to'");
		assertThatIllegalArgumentException().isThrownBy(() -> new Recipient("ada@example.org", ""))
			.withMessageContaining("'name'");
	}

}
