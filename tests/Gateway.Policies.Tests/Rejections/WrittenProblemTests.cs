using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Policies.Rejections;
using Xunit;

namespace Gateway.Policies.Tests.Rejections;

public sealed class WrittenProblemTests
{
    [Fact]
    public void WriteTo_EveryMember_IsTheProblemAsJson()
    {
        var problem = new Problem(429, "Too \"many\"", "https://example.org/quota", "Wait — then retry.") { ViolatedPolicies = ["per-client", "a\"b"] };

        JsonObject body = Write(new WrittenProblem(problem), "0HN:00000001");

        Assert.Equal(
            """{"type":"https://example.org/quota","title":"Too \u0022many\u0022","status":429,"detail":"Wait \u2014 then retry.","violated-policies":["per-client","a\u0022b"],"traceId":"0HN:00000001"}""",
            body.ToJsonString());
    }

    [Fact]
    public void WriteTo_TwoRequests_EachHasItsOwnTraceId()
    {
        var written = new WrittenProblem(new Problem(503, "Service unavailable"));

        Assert.Equal("first", (string?)Write(written, "first")["traceId"]);
        Assert.Equal("the-second", (string?)Write(written, "the-second")["traceId"]);
    }

    private static JsonObject Write(WrittenProblem problem, string traceId)
    {
        var body = new ArrayBufferWriter<byte>();
        problem.WriteTo(body, traceId);
        Assert.Equal(problem.Length(traceId), body.WrittenCount);
        return JsonNode.Parse(Encoding.UTF8.GetString(body.WrittenSpan))!.AsObject();
    }
}
