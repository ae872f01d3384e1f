package io.gobstopper.actuate;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;

import io.gobstopper.actuate.dashboard.Dashboard;

/**
 * The dashboard, for browsers that ask for what programs get as JSON.
 */
@EndpointWebExtension(endpoint = GobstopperEndpoint.class)
public class GobstopperWebExtension {

	private static final Set<String> LISTS = Set.of("tasks", "schedules", "limits");

	private static final Set<String> ITEMS = Set.of("tasks", "schedules", "limits");

	private static final String ASSETS = "assets";

	private final GobstopperEndpoint endpoint;

	private final Dashboard dashboard;

	/**
	 * Creates the extension.
	 * @param endpoint the endpoint
	 * @param dashboard the dashboard
	 */
	public GobstopperWebExtension(GobstopperEndpoint endpoint, Dashboard dashboard) {
		this.endpoint = endpoint;
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
	 * Returns the page of many tasks, schedules or limits.
	 * @param section {@code tasks}, {@code schedules} or {@code limits}
	 * @return the page; status 404 for another section
	 */
	@ReadOperation(produces = MediaType.TEXT_HTML_VALUE)
	public WebEndpointResponse<Resource> tasksPage(@Selector String section) {
		return page(LISTS.contains(section), this.dashboard.tasksPage());
	}

	/**
	 * Returns the page of one task, schedule or limit, whether or not there is one.
	 * @param section {@code tasks}, {@code schedules} or {@code limits}
	 * @param id the id of the task or the name of the schedule or limit
	 * @return the page; status 404 for another section
	 */
	@ReadOperation(produces = MediaType.TEXT_HTML_VALUE)
	public WebEndpointResponse<Resource> taskPage(@Selector String section, @Selector String id) {
		return page(ITEMS.contains(section), this.dashboard.taskPage());
	}

	// A page for people says itself that there is none.
	private static WebEndpointResponse<Resource> page(boolean found, Resource page) {
		return new WebEndpointResponse<>(page,
				found ? WebEndpointResponse.STATUS_OK : WebEndpointResponse.STATUS_NOT_FOUND, MediaType.TEXT_HTML);
	}

	/**
	 * Returns a script, a style sheet or a picture, or the stack of a task.
	 * @param user who asks
	 * @param section {@code assets} or {@code tasks}
	 * @param version the version of all files, or the id of the task
	 * @param name the name of the file, or {@code stack}
	 * @return the file or the stack; status 404 if there is none
	 */
	@ReadOperation
	public Object part(SecurityContext user, @Selector String section, @Selector String version,
			@Selector String name) {
		if (!section.equals(ASSETS)) {
			return this.endpoint.stack(user, section, version, name);
		}
		Resource file = this.dashboard.asset(version, name);
		if (file == null) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		return new WebEndpointResponse<>(file,
				MediaTypeFactory.getMediaType(file).orElse(MediaType.APPLICATION_OCTET_STREAM));
	}

}
