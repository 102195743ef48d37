"""The quota pages: Azure's own figures, what is not known, who holds cores, and whether something fits."""
import re
from html import unescape

from tests.dashboard import rows
from troubleshoot.models import Access, Person, Region, Watch


def table(client, path, number=0):
    """The rows of a table of the page, as lists of cell texts."""
    found = re.findall(r"<tbody.*?</tbody>", client.get(path).content.decode(), re.S)[number]
    cells = [re.findall(r"<td.*?</td>", row, re.S) for row in re.findall(r"<tr.*?</tr>", found, re.S)]
    return [[re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", one))).replace("\xa0", " ").strip() for one in row]
            for row in cells]


def test_used_limit_and_free_are_azures_numbers(ada):
    assert table(ada, "/quota")[0][:7] == ["DSv2 North Europe", "", "44", "50", "6", "Dedicated", "Subscription"]


def test_null_is_unknown_and_minus_one_is_no_limit_of_its_own_and_neither_has_a_share(fleet, ada):
    rows.quota(fleet["growth"], "standardNDSFamily", None, None)
    rows.quota(fleet["growth"], "standardNCSFamily", 24, -1, "low_priority")
    rows.quota(fleet["growth"], "standardZeroFamily", 0, 0)
    found = {row[0].split(" ")[0]: row for row in table(ada, "/quota")}
    assert found["NDS"][2:5] == ["unknown", "unknown", ""]
    assert found["NCS"][2:5] == ["24", "no limit of its own", ""]
    assert found["Zero"][2:5] == ["0", "0", ""]
    assert ada.get("/quota").content.decode().count("percent used") == 1


def test_the_fullest_stands_first_and_the_kind_apart(fleet, ada):
    rows.quota(fleet["growth"], "standardFSv2Family", 98, 100)
    rows.quota(fleet["growth"], "standardESv3Family", 99, 100, "low_priority")
    assert [row[0].split(" ")[0] for row in table(ada, "/quota")] == ["FSv2", "DSv2", "ESv3"]


def test_a_cap_of_a_workspace_is_a_row_of_its_own(fleet, ada):
    rows.quota(fleet["growth"], "standardDSv2Family", 10, 20, own="mlw-growth")
    caps = [row for row in table(ada, "/quota") if row[6] == "Workspace"]
    assert [row[0] for row in caps] == ["DSv2, mlw-growth only North Europe"]


def test_who_uses_it_counts_vcpus_with_the_reserve_and_names_clusters(ada):
    found = {row[0]: row[1:6] for row in table(ada, "/quota", 1)}
    assert found["cpu-train mlw-growth"] == ["Cluster", "DSv2", "4 × Standard_DS3_v2", "16", "16"]
    assert found["churn-scorer / blue mlw-growth"] == ["Deployment", "DSv2", "1 × Standard_DS3_v2", "4", "8"]


def test_a_size_that_is_not_known_holds_an_unknown_number(fleet, ada):
    rows.compute(fleet["growth"], "odd", "Standard_None_v9", None)
    assert next(row for row in table(ada, "/quota", 1) if row[0].startswith("odd"))[4:6] == ["unknown", "unknown"]


def test_what_stopped_at_quota_or_was_refused_holds_nothing(fleet, ada):
    end = rows.endpoint(fleet["growth"], "price", {})
    stopped = rows.attempt(rows.deployment(end, "stopped", "Failed"))
    rows.verdict(stopped, rows.Finding("q", "t", "k", "certain", "quota", (rows.Evidence("operation error", "x", 1),)))
    rows.attempt(rows.deployment(end, "refused", "", refused=True), "Refused")
    assert not [row for row in table(ada, "/quota", 1) if row[0].startswith("price")]


def test_the_page_of_a_workspace_shows_its_region_and_only_its_own_users(fleet, ada):
    rows.quota(fleet["risk"], "standardFSv2Family", 1, 2)
    assert [row[0] for row in table(ada, "/w/mlw-growth/quota")] == ["DSv2 North Europe"]
    assert not [row for row in table(ada, "/w/mlw-growth/quota", 1) if "mlw-risk" in row[0]]


def test_filters_show_one_region_or_one_workspace(fleet, ada):
    rows.quota(fleet["risk"], "standardFSv2Family", 1, 2)
    assert len(table(ada, "/quota")) == 2
    assert [row[0] for row in table(ada, "/quota?region=westeurope")] == ["FSv2 West Europe"]
    assert [row[0] for row in table(ada, "/quota?ws=mlw-growth")] == ["DSv2 North Europe"]
    assert len(table(ada, "/quota?region=atlantis")) == 2


def test_the_answer_says_by_how_much_in_which_family_and_region_with_the_sum(fleet, ada):
    rows.quota(fleet["growth"], "TotalDedicatedCores", 60, 200)
    text = ada.get("/quota?fit=2xStandard_DS3_v2&ws=mlw-growth").content.decode().replace("\xa0", " ")
    assert '<h2 id="fit">6 vCPU short in DSv2, North Europe</h2>' in text
    assert "2 instances and 20 % upgrade reserve, rounded up: 3 × 4" in text
    assert "<title>6 vCPU short in DSv2, North Europe · Endpoint Triage</title>" in text


def test_a_request_that_fits_says_what_is_left_over(fleet, ada):
    rows.quota(fleet["growth"], "TotalDedicatedCores", 60, 200)
    fleet["failed"].deployment.delete()
    text = ada.get("/quota?fit=1xStandard_D4as_v4&ws=mlw-growth").content.decode()
    assert "Not known whether it fits" in text
    rows.quota(fleet["growth"], "standardDASv4Family", 0, 20)
    text = ada.get("/quota?fit=1xStandard_D4as_v4&ws=mlw-growth").content.decode()
    assert "Fits in North Europe, 12 vCPU left over in DASv4" in text


def test_the_cap_of_the_workspace_counts_where_it_is_the_smaller(fleet, ada):
    rows.quota(fleet["growth"], "TotalDedicatedCores", 60, 200)
    rows.quota(fleet["growth"], "standardFSv2Family", 0, 100)
    rows.quota(fleet["growth"], "standardFSv2Family", 0, 4, own="mlw-growth")
    text = ada.get("/quota?fit=1xStandard_F4s_v2&ws=mlw-growth").content.decode()
    assert "4 vCPU short in FSv2, mlw-growth only, North Europe" in text


def test_a_size_that_nobody_knows_is_said_to_be_unknown(ada):
    assert "is not a size that is known here" in ada.get("/quota?fit=1xStandard_None_v9").content.decode()


def test_a_size_that_only_the_region_offers_is_reckoned_with_what_it_says(fleet, ada):
    Region.objects.update(sizes=[{"name": "Standard_New8_v1", "family": "standardDSv2Family", "vcpus": 8}])
    text = ada.get("/quota?fit=1xStandard_New8_v1&ws=mlw-growth").content.decode()
    assert "10 vCPU short in DSv2" in text


def test_the_form_asks_with_its_two_fields(ada):
    assert "6 vCPU short" in ada.get("/quota?count=2&size=Standard_DS3_v2&ws=mlw-growth").content.decode()


def test_somebody_who_sees_one_workspace_sees_only_the_quota_of_its_region(fleet, client):
    rows.quota(fleet["risk"], "standardFSv2Family", 1, 2)
    one = Person.objects.create_user("one", password="x" * 20)
    Access.objects.create(person=one, workspace=fleet["risk"], given_at=rows.NOW)
    client.force_login(one)
    assert [row[0] for row in table(client, "/quota")] == ["FSv2 West Europe"]


def test_families_without_use_and_limit_are_folded_and_still_in_the_document(fleet, ada):
    rows.quota(fleet["growth"], "standardNVFamily", 0, -1)
    rows.quota(fleet["growth"], "standardNPFamily", None, -1)
    rows.quota(fleet["growth"], "standardFSv2Family", 0, -1)
    rows.quota(fleet["growth"], "standardHBFamily", 0, 0)
    rows.compute(fleet["growth"], "busy", "Standard_F4s_v2")
    text = ada.get("/quota").content.decode()
    assert '<details class="data" id="unused"><summary>2 families without use and without a limit of their own' in text
    assert [row[0].split(" ")[0] for row in table(ada, "/quota")] == ["DSv2", "FSv2", "HB"]
    assert [row[0].split(" ")[0] for row in table(ada, "/quota", 1)] == ["NP", "NV"]


def test_workspaces_of_one_name_in_two_groups_do_not_see_each_others_cap(fleet, ada, client):
    twin = rows.workspace("mlw-growth-b", "northeurope", name="mlw-growth")
    rows.quota(fleet["growth"], "TotalDedicatedCores", 60, 200)
    rows.quota(fleet["growth"], "standardFSv2Family", 0, 100)
    rows.quota(twin, "standardFSv2Family", 0, 4, own="mlw-growth")
    named = [row[0] for row in table(ada, "/quota") if row[6] == "Workspace"]
    assert named == ["FSv2, mlw-growth-b only North Europe"]
    assert not [row for row in table(ada, "/w/mlw-growth/quota") if row[6] == "Workspace"]
    ask = "/quota?fit=1xStandard_F4s_v2&ws="
    assert "4 vCPU short in FSv2, mlw-growth-b only" in ada.get(f"{ask}mlw-growth-b").content.decode()
    assert "Fits in North Europe" in ada.get(f"{ask}mlw-growth").content.decode()


def test_quota_that_was_read_in_part_says_so_with_the_sentence(fleet, ada):
    region = Region.objects.get(name="northeurope")
    Watch.objects.create(poll="usages", key="x", lane="x", subscription=rows.SUB, region=region,
                         trouble="partly denied", said="workspace limits: no authorization")
    text = ada.get("/quota").content.decode()
    assert "usage and limits, North Europe.</b> workspace limits: no authorization" in text
    assert "no authorization" not in ada.get("/w/mlw-risk/quota").content.decode()
