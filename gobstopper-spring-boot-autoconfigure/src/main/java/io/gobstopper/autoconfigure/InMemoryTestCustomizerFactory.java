package io.gobstopper.autoconfigure;

import java.util.List;
import java.util.Map;

import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

import io.gobstopper.store.duckdb.DuckDbSettings;

/**
 * Keeps the tasks of contexts that Spring's tests make in memory, unless the application
 * names a file: contexts are cached, and could not share one.
 */
class InMemoryTestCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return new InMemoryTestCustomizer("gobstopper.duckdb.path");
	}

	/**
	 * Sets a property for which nobody has another value. Equal customizers share a
	 * context.
	 *
	 * @param property the name of the property
	 */
	private record InMemoryTestCustomizer(String property) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			MutablePropertySources sources = context.getEnvironment().getPropertySources();
			PropertySource<?> defaults = sources.get(DefaultPropertiesPropertySource.NAME);
			if (defaults == null || !defaults.containsProperty(this.property)) {
				DefaultPropertiesPropertySource.addOrMerge(Map.of(this.property, DuckDbSettings.IN_MEMORY), sources);
			}
		}

	}

}
