package io.gobstopper.actuate;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;

/**
 * The dashboard, for browsers that ask for what programs get as JSON.
 */
@EndpointWebExtension(endpoint = GobstopperEndpoint.class)
public class GobstopperWebExtension {

	private static final String TASKS = "tasks";

	private static final String ASSETS = "assets";

	private final Dashboard dashboard;

	/**
	 * Creates the extension.
	 * @param dashboard the dashboard
	 */
	public GobstopperWebExtension(Dashboard dashboard) {
		this.dashboard = dashboard;
	}

	/**
	 * Returns the page of the queue as a whole.
	 * @return the page
	 */
	@ReadOperation(produces = MediaType.TEXT_HTML_VALUE)
	public Resource overviewPage() {
		return this.dashboard.overviewPage();
	}

	/**
	 * Returns the page of many tasks.
	 * @param section always {@code tasks}
	 * @return the page
	 */
	@ReadOperation(produces = MediaType.TEXT_HTML_VALUE)
	public @Nullable Resource tasksPage(@Selector String section) {
		return page(section, this.dashboard::tasksPage);
	}

	/**
	 * Returns the page of one task, whether or not there is one.
	 * @param section always {@code tasks}
	 * @param id the id of the task
	 * @return the page
	 */
	@ReadOperation(produces = MediaType.TEXT_HTML_VALUE)
	public @Nullable Resource taskPage(@Selector String section, @Selector String id) {
		return page(section, this.dashboard::taskPage);
	}

	private static @Nullable Resource page(String section, Supplier<Resource> page) {
		return section.equals(TASKS) ? page.get() : null;
	}

	/**
	 * Returns a script, a style sheet or a picture.
	 * @param section always {@code assets}
	 * @param version the version of all files
	 * @param name the name of the file
	 * @return the file; status 404 if there is none of that version
	 */
	@ReadOperation
	public WebEndpointResponse<Resource> asset(@Selector String section, @Selector String version,
			@Selector String name) {
		Resource file = section.equals(ASSETS) ? this.dashboard.asset(version, name) : null;
		if (file == null) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		return new WebEndpointResponse<>(file,
				MediaTypeFactory.getMediaType(file).orElse(MediaType.APPLICATION_OCTET_STREAM));
	}

}
