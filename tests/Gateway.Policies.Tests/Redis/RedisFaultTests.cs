using Gateway.Policies.Redis;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

public sealed class RedisFaultTests
{
    [Theory]
    [InlineData("LOADING Redis is loading the dataset in memory", true)]
    [InlineData("READONLY You can't write against a read only replica.", true)]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", true)]
    [InlineData("MISCONF Redis is configured to save RDB snapshots", true)]
    [InlineData("NOREPLICAS Not enough good replicas to write.", true)]
    [InlineData("CLUSTERDOWN The cluster is down", true)]
    [InlineData("MASTERDOWN Link with MASTER is down", true)]
    [InlineData("BUSY Redis is busy running a script.", true)]
    [InlineData("NOAUTH Authentication required.", true)]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", false)]
    [InlineData("NOPERM this user has no permissions to run the 'get' command", false)]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", false)]
    [InlineData("ERR value is not an integer or out of range", false)]
    [InlineData("", false)]
    public void Of_ErrorReply_CountsAgainstRedisOnlyWhenRedisServesNobody(string reply, bool opens) =>
        Assert.Equal(opens, RedisFault.OpensCircuit(RedisFault.Of(new RedisServerException(reply))!.Value));

    [Fact]
    public void Of_WhatIsNotAboutRedis_IsNull() => Assert.Null(RedisFault.Of(new KeyNotFoundException()));

    [Fact]
    public void Describe_WrappedCause_NamesTheCause()
    {
        var cause = new RedisConnectionException(ConnectionFailureType.AuthenticationFailure, "refused");
        var failure = new RedisConnectionException(ConnectionFailureType.UnableToConnect, "no connection", cause);
        Assert.Equal("AuthenticationFailure: Redis refuses user or password", RedisFault.Describe(failure));
    }

    [Fact]
    public void Describe_ReplyThatQuotesArguments_StopsBeforeThem() =>
        Assert.Equal(
            "ERR unknown command 'GETEX'",
            RedisFault.Describe(new RedisServerException("ERR unknown command 'GETEX', with args beginning with: 'session:t0ken' 'PX' ")));
}
