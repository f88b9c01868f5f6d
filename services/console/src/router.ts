import { createRouter, createWebHistory } from "vue-router";
import { useSession } from "./stores/session";

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/", name: "home", component: () => import("./pages/NotFoundPage.vue") },
    { path: "/sign-in", name: "sign-in", component: () => import("./pages/SignInPage.vue"), meta: { open: true } },
    { path: "/queue", component: () => import("./pages/QueuePage.vue"), meta: { role: "operator" } },
    { path: "/incidents/new", component: () => import("./pages/NewIncidentPage.vue"), meta: { role: "operator" } },
    { path: "/incidents/:id", component: () => import("./pages/IncidentPage.vue"), props: true, meta: { role: "operator" } },
    { path: "/incidents/:id/request", component: () => import("./pages/NewRequestPage.vue"), props: true, meta: { role: "operator" } },
    { path: "/incidents/:incidentId/offers/:id", component: () => import("./pages/OfferPage.vue"), props: true },
    { path: "/requests/:id", component: () => import("./pages/PlanPage.vue"), props: true, meta: { role: "operator" } },
    { path: "/mine", component: () => import("./pages/MinePage.vue"), meta: { role: "organization" } },
    { path: "/assignments/:id", component: () => import("./pages/AssignmentPage.vue"), props: true },
    { path: "/:rest(.*)*", component: () => import("./pages/NotFoundPage.vue"), meta: { open: true } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach(async (to) => {
  const session = useSession();
  if (to.meta.open === true) {
    return true;
  }
  const signedIn = await session.restore().catch(() => false);
  if (!signedIn) {
    return { name: "sign-in", query: to.path === "/" ? {} : { to: to.path } };
  }
  const fits = to.meta.role === undefined || (to.meta.role === "operator" ? session.isOperator : session.isOrganization);
  return to.name === "home" || !fits ? session.home : true;
});
