package io.gobstopper.handler;

import java.util.Collection;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How arguments and results are stored: as JSON of fixed settings, whatever the web
 * settings of the application are, so that what is stored today can be read tomorrow.
 *
 * @param mapper reads and writes what is stored
 */
public record StorageJson(JsonMapper mapper) {

	// No shorter text has what cannot be read back, such as a number of 1,000 digits.
	private static final int SURELY_READABLE = 450;

	/**
	 * Returns the usual settings: no type names, properties as the classes name them,
	 * what is unknown or missing refused, numbers and times exactly as they are.
	 * @param modules what the application adds for types of its own
	 * @return the settings
	 */
	public static StorageJson with(Collection<? extends JacksonModule> modules) {
		return new StorageJson(JsonMapper.builder()
			.addModules(modules)
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.build());
	}

	/**
	 * Checks that what was written can be read back.
	 * @param jsonMapper the mapper
	 * @param json the JSON
	 * @throws JacksonException if it cannot
	 */
	public static void checkReadable(JsonMapper jsonMapper, String json) throws JacksonException {
		if (json.length() > SURELY_READABLE) {
			try (JsonParser parser = jsonMapper.createParser(json)) {
				while (parser.nextToken() != null) {
					parser.skipChildren();
				}
			}
		}
	}

}
