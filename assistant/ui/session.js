// Runs before everything else on every page. PERSON is who is signed in, written here by the server; nobody is "".
// When the server says that nobody is signed in any more, the page goes to the sign-in, which comes back here. What was
// typed is in this tab's storage by then, and is for nobody else who signs in to the same tab.
{
  const person = PERSON;
  const before = sessionStorage.getItem("signed-in");
  if (person && before && before !== person) sessionStorage.clear();
  if (person) sessionStorage.setItem("signed-in", person);

  const ask = window.fetch;
  window.fetch = async (...given) => {
    const answer = await ask(...given);
    if (answer.status === 401 && answer.headers.get("x-sign-in") === "needed") {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
    return answer;
  };
}
