using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Purging;

public sealed class PurgeEpochsTests
{
    private readonly PurgeEpochs _epochs = new();

    [Theory]
    [InlineData(9, nameof(PurgeValidity.Void))]
    [InlineData(10, nameof(PurgeValidity.Valid))]
    public void Entry_FetchedBeforeThePurge_IsVoid(long stamp, string validity)
    {
        _epochs.Apply(new PurgeNotice(PurgeKind.Tag, "t2", Soft: false), 10);

        Assert.Equal(validity, _epochs.Judge(Entries.Of("http://h/a", "", stamp: stamp)).ToString());
    }

    [Fact]
    public void Purges_InAnyOrder_LeaveTheLatest()
    {
        _epochs.Apply(new PurgeNotice(PurgeKind.Route, "r", Soft: false), 10);
        _epochs.Apply(new PurgeNotice(PurgeKind.Route, "r", Soft: false), 5);

        Assert.Equal(PurgeValidity.Void, _epochs.Judge(Entries.Of("http://h/a", "", stamp: 9)));
        Assert.Equal(10, _epochs.Now);
    }

    [Fact]
    public void Purges_WithoutEnd_StayBoundedAndNeverLetAPurgedEntryLive()
    {
        _epochs.Apply(new PurgeNotice(PurgeKind.Tag, "t1", Soft: false), 1);
        for (int i = 0; i < 30_000; i++)
        {
            _epochs.Apply(new PurgeNotice(PurgeKind.Tag, $"flood {i}", Soft: false), i + 2);
        }

        Assert.InRange(_epochs.Count, 1, 10_001);
        Assert.Equal(PurgeValidity.Void, _epochs.Judge(Entries.Of("http://h/a", "", stamp: 0)));
        Assert.Equal(PurgeValidity.Valid, _epochs.Judge(Entries.Of("http://h/a", "", stamp: _epochs.Now)));
    }

    [Theory]
    [InlineData("h|Tag:catalog")]
    [InlineData("s|Prefix:/a:b")]
    [InlineData("b|Url:http://h/a")]
    [InlineData("h|All:")]
    public void Notice_AsText_IsReadBack(string text)
    {
        Assert.True(PurgeNotice.TryParse(text, out PurgeNotice? notice));
        Assert.Equal(text, notice.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("x|Tag:a")]
    [InlineData("h|Nothing:a")]
    public void Text_ThatIsNoNotice_IsNotRead(string text) => Assert.False(PurgeNotice.TryParse(text, out _));
}
