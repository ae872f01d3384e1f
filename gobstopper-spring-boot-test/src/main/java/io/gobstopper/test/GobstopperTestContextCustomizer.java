package io.gobstopper.test;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.test.AutoConfigureGobstopper.Mode;
import io.gobstopper.test.AutoConfigureGobstopper.Store;

/**
 * Sets the properties by which a context has the mode and the store that a test says;
 * what the test sets itself counts for more. Equal customizers share a context.
 *
 * @param mode when tasks run
 * @param store where tasks are stored
 */
record GobstopperTestContextCustomizer(Mode mode, Store store) implements ContextCustomizer {

	// What tests set comes before it, what the application sets behind it.
	private static final String OF_THE_MACHINE = StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME;

	static final String MODE = "gobstopper.test.mode";

	private static final String STORE = "gobstopper.store";

	private static final String PATH = "gobstopper.duckdb.path";

	static final String WORKER = "gobstopper.worker.enabled";

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put(MODE, this.mode.name());
		properties.put(WORKER, this.mode == Mode.WORKER);
		if (this.store == Store.MEMORY) {
			properties.put(STORE, "duckdb");
			properties.put(PATH, DuckDbSettings.IN_MEMORY);
		}
		MutablePropertySources sources = context.getEnvironment().getPropertySources();
		MapPropertySource own = new MapPropertySource("gobstopperTest", properties);
		if (sources.contains(OF_THE_MACHINE)) {
			sources.addBefore(OF_THE_MACHINE, own);
		}
		else {
			sources.addFirst(own);
		}
	}

	/**
	 * Returns whether a test may delete all tasks.
	 * @param environment the environment of its context
	 * @return whether they are in memory
	 */
	static boolean isInMemory(Environment environment) {
		return "duckdb".equals(environment.getProperty(STORE))
				&& DuckDbSettings.IN_MEMORY.equals(environment.getProperty(PATH));
	}

}
