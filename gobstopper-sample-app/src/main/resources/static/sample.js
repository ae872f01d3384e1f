const POLL_MILLIS = 500;
const FINAL = new Set(["success", "failed", "cancelled"]);

for (const form of document.querySelectorAll("form")) {
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		submit(form);
	});
}

async function submit(form) {
	const item = addItem(form.closest("section").querySelector("h2").textContent);
	const data = new FormData(form);
	const json = { "headers": { "Content-Type": "application/json" }, "body": JSON.stringify(Object.fromEntries(data)) };
	try {
		const response = await fetch(form.dataset.action,
				{ "method": "POST", ...("json" in form.dataset ? json : { "body": data }) });
		if (response.status !== 202) {
			const problem = await response.json();
			throw new Error(problem.detail ?? response.statusText);
		}
		await watch(response.headers.get("Location"), item);
	}
	catch (error) {
		item.show({ "status": "refused", "progress": 0, "error": error.message });
	}
}

async function watch(location, item) {
	for (;;) {
		const task = await (await fetch(location)).json();
		item.show(task);
		if (FINAL.has(task.status)) {
			return;
		}
		await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
	}
}

function addItem(title) {
	document.getElementById("none").hidden = true;
	const item = element("li", document.createDocumentFragment());
	const head = element("div", item);
	element("strong", head).textContent = title + ": ";
	const status = element("span", head);
	status.className = "status";
	status.textContent = "uploading";
	const bar = element("progress", item);
	bar.max = 100;
	const message = element("div", item);
	const error = element("div", item);
	error.className = "error";
	const result = element("div", item);
	document.getElementById("tasks").prepend(item);
	return { "show": (task) => {
		status.textContent = task.status + (task.retryCount > 0 ? ` (retry ${task.retryCount} of ${task.maxRetries})` : "");
		bar.value = task.progress;
		message.textContent = task.progressMessage ?? "";
		error.textContent = task.status === "success" ? "" : task.error ?? "";
		if (task.status === "success") {
			showResult(result, task);
		}
	} };
}

function showResult(parent, task) {
	if (task.name === "make_thumbnail") {
		const image = element("img", parent);
		image.src = `/api/thumbnails/${task.id}`;
		image.alt = "The thumbnail";
	}
	element("pre", parent).textContent = JSON.stringify(task.result, null, 2);
}

function element(name, parent) {
	return parent.appendChild(document.createElement(name));
}
