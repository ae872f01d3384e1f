package io.gobstopper.actuate;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UrlPathHelper;

/**
 * Adds the headers of the dashboard on the Servlet stack.
 */
public final class DashboardServletFilter extends OncePerRequestFilter {

	private final DashboardHeaders headers;

	/**
	 * Creates the filter.
	 * @param headers the headers
	 */
	public DashboardServletFilter(DashboardHeaders headers) {
		this.headers = headers;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String path = UrlPathHelper.defaultInstance.getPathWithinApplication(request);
		if (!this.headers.areFor(path)) {
			chain.doFilter(request, response);
			return;
		}
		addHeaders(response, path, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		chain.doFilter(request, new HttpServletResponseWrapper(response) {

			@Override
			public void setStatus(int status) {
				super.setStatus(status);
				addHeaders(response, path, status);
			}

			@Override
			public void sendError(int status, String message) throws IOException {
				addHeaders(response, path, status);
				super.sendError(status, message);
			}

			@Override
			public void sendError(int status) throws IOException {
				addHeaders(response, path, status);
				super.sendError(status);
			}

		});
	}

	private void addHeaders(HttpServletResponse response, String path, int status) {
		HttpHeaders all = new HttpHeaders();
		this.headers.addTo(all, path, status);
		all.forEach((name, values) -> values.forEach((value) -> response.setHeader(name, value)));
	}

}
