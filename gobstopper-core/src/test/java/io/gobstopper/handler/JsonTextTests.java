package io.gobstopper.handler;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link JsonText}.
 */
class JsonTextTests {

	private final JsonMapper jsonMapper = JsonMapper.builder().build();

	@Test
	void whatADatabaseCannotStoreOrSeparatesByIsEscaped() {
		String text = "a\u001fb\ud800c";
		String json = JsonText.storable("\"" + text + "\"");
		assertThat(json).isEqualTo("\"a\\u001fb\\ud800c\"");
		assertThat(this.jsonMapper.readValue(json, String.class)).isEqualTo(text);
	}

	@Test
	void pairsAndWhatIsEscapedAlreadyStayAsTheyAre() {
		String json = this.jsonMapper.writeValueAsString("\ud83c\udf6c\u001f\n");
		assertThat(JsonText.storable(json)).isSameAs(json);
	}

}
