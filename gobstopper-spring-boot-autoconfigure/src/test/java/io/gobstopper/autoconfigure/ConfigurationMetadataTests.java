package io.gobstopper.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata that editors show.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasADescription() throws IOException {
		JsonNode properties = metadata().get("properties");
		assertThat(properties.size()).isGreaterThan(25);
		for (JsonNode property : properties) {
			String name = property.get("name").asString();
			assertThat(name).containsPattern("^(management\\.(endpoint|health)\\.)?gobstopper\\.");
			assertThat(property.path("description").asString("")).as(name).endsWith(".").hasSizeGreaterThan(10);
		}
	}

	@Test
	void everySimplePropertyHasADefaultOrSaysWhatHappensWithoutOne() throws IOException {
		for (JsonNode property : metadata().get("properties")) {
			String type = property.get("type").asString();
			if (!type.startsWith("java.util.")) {
				boolean explained = property.get("description").asString().contains("if not set");
				assertThat(property.has("defaultValue") || explained).as(property.get("name").asString()).isTrue();
			}
		}
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream metadata = ConfigurationMetadataTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return new JsonMapper().readTree(Objects.requireNonNull(metadata));
		}
	}

}
